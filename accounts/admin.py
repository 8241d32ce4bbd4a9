"""Accounts in the admin: facts to read; profiles change by the services, through the portal."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import lockout
from accounts.models import Membership, Organisation, ProfessionalLink, User
from accounts.offices import STAFF
from accounts.permissions import Permission
from accounts.personas import asked_member
from accounts.services import sign_in
from accounts.services.dead_letters import retry_message
from accounts.services.memberships import exclude_membership, reactivate_membership
from common.actor import ActorRequest
from common.admin import ReadOnlyAdmin
from common.admin_verbs import Verb, VerbAdmin
from common.exceptions import ProofTooOld, Refusal
from common.models import OutboxMessage
from common.requests import instants_of


class StaffSignInForm(AdminAuthenticationForm):
    """The door of the staff, with each entry and refusal in the audit trail."""

    request: HttpRequest

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Filled for the member of the demonstration's team that `?persona=` names."""
        super().__init__(request, *args, **kwargs)
        member = asked_member(request)
        if member is not None:
            self.initial = {**self.initial, "username": member.login, "password": member.password}
            self.fields["password"].widget.render_value = True

    def clean(self) -> dict[str, Any]:
        login, at = self.cleaned_data.get("username", ""), instants_of(self.request.META).at
        try:
            data: dict[str, Any] = super().clean()
        except ValidationError:
            reason = lockout.reason_of_failure(self.request)
            sign_in.record_failure(kind=User.Kind.STAFF, login=login, reason=reason, at=at)
            raise
        user = self.get_user()
        if user is not None:
            sign_in.record_password_sign_in(user_id=user.pk, at=at)
        return data


admin.site.login_form = StaffSignInForm


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts, without their passwords."""

    list_display = ["login", "name", "kind", "staff_role", "is_active", "last_login"]
    list_filter = ["kind", "staff_role", "is_active"]
    search_fields = ["login", "name"]
    fields = ["login", "name", "kind", "email", "staff_role", "is_active", "last_login"]


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    """Health funds."""

    list_display = ["name", "cnpj", "kind", "entity"]
    list_filter = ["kind"]
    list_select_related = ["entity__municipality__uf", "entity__uf"]
    search_fields = ["name", "cnpj"]


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Profiles and their state."""

    permission = Permission.READ_PROFILES
    list_display = ["person", "role", "programme", "entity", "status", "last_access_at"]
    list_filter = ["status", "role", "programme"]
    list_select_related = ["person", "entity__municipality__uf", "entity__uf"]
    search_fields = ["person__search_name", "person__cpf"]
    actions = ["reactivate_selected", "exclude_selected"]

    def has_giver_permission(self, request: HttpRequest) -> bool:
        """Whose buttons they are; the service judges each row."""
        return cast("ActorRequest", request).actor.holds(STAFF, User.StaffRole.SAPS)

    @admin.action(description="Reativar os perfis selecionados", permissions=["giver"])
    def reactivate_selected(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """«Reativar», by the SAPS."""
        self._each(request, queryset, reactivate_membership)

    @admin.action(description="Excluir os perfis selecionados", permissions=["giver"])
    def exclude_selected(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """«Excluir», by the SAPS."""
        self._each(request, queryset, exclude_membership)

    def _each(self, request: HttpRequest, queryset: QuerySet[Membership], service: Callable[..., Membership]) -> None:
        for membership in queryset:
            try:
                changed = service(
                    membership_id=membership.pk, by=cast("ActorRequest", request).actor, at=instants_of(request.META).at
                )
            except ProofTooOld:
                raise
            except Refusal as refusal:
                self.message_user(request, f"{membership.person}: {refusal.message}", messages.ERROR)
            else:
                self.message_user(request, f"{membership.person}: {changed.get_status_display()}.", messages.SUCCESS)


@admin.register(ProfessionalLink)
class ProfessionalLinkAdmin(ReadOnlyAdmin):
    """Professional links of the synthetic SCNES."""

    list_display = ["person", "establishment", "occupation", "started_on", "ended_on"]
    list_select_related = ["person", "establishment"]
    search_fields = ["person__search_name", "establishment__cnes"]


GIVEN_UP = "nao-entregue"


class DeliveryFilter(admin.SimpleListFilter):
    """What became of an e-mail."""

    title = "situação"
    parameter_name = "situacao"
    states: dict[str, tuple[str, dict[str, Any]]] = {
        GIVEN_UP: ("Não entregue", {"given_up_at__isnull": False}),
        "aguardando": ("Aguardando envio", {"sent_at": None, "given_up_at": None}),
        "enviada": ("Enviada", {"sent_at__isnull": False}),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.states.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        _, condition = self.states.get(self.value() or "", ("", {}))
        return queryset.filter(**condition)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(VerbAdmin):
    """E-mails owed, sent and given up. Their text is for who receives it: it may hold a link that sets a password."""

    list_display = ("subject", "to_email", "written_at", "sent_at", "attempts", "next_try_at", "given_up_at")
    list_filter = (DeliveryFilter,)
    search_fields = ("to_email", "subject")
    date_hierarchy = "written_at"
    exclude = ("body", "idempotency_key")
    target = "message_id"
    verbs = {
        "tentar": Verb(
            "Tentar de novo",
            "A mensagem voltou à fila: o envio sai em até um minuto.",
            Permission.RETRY_MAIL,
            (GIVEN_UP,),
            retry_message,
            asks_reason=False,
        ),
    }

    def state_of(self, row: Any) -> str:
        return GIVEN_UP if row.given_up_at else ""

    def facts_of(self, row: Any) -> list[object]:
        return [row, row.to_email, row.last_error]
