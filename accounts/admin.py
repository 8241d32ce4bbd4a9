"""Accounts in the admin: facts to read; profiles change by the services, through the portal."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts import lockout
from accounts.models import Organisation, ProfessionalLink, User
from accounts.personas import asked_member
from accounts.services import sign_in
from common.admin import ReadOnlyAdmin
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


@admin.register(ProfessionalLink)
class ProfessionalLinkAdmin(ReadOnlyAdmin):
    """Professional links of the synthetic SCNES."""

    list_display = ["person", "establishment", "occupation", "started_on", "ended_on"]
    list_select_related = ["person", "establishment"]
    search_fields = ["person__search_name", "establishment__cnes"]


class DeliveryFilter(admin.SimpleListFilter):
    """What became of an e-mail."""

    title = "situação"
    parameter_name = "situacao"
    states: dict[str, tuple[str, dict[str, Any]]] = {
        "nao-entregue": ("Não entregue", {"given_up_at__isnull": False}),
        "aguardando": ("Aguardando envio", {"sent_at": None, "given_up_at": None}),
        "enviada": ("Enviada", {"sent_at__isnull": False}),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.states.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        _, condition = self.states.get(self.value() or "", ("", {}))
        return queryset.filter(**condition)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """E-mails owed, sent and given up. Their text is for who receives it: it may hold a link that sets a password."""

    queue_route = "accounts:dead_letters"
    list_display = ("subject", "to_email", "written_at", "sent_at", "attempts", "next_try_at", "given_up_at")
    list_filter = (DeliveryFilter,)
    search_fields = ("to_email", "subject")
    date_hierarchy = "written_at"
    exclude = ("body", "idempotency_key")

    def screen_of(self, row: Any) -> str:
        """Where it is tried again."""
        return reverse(self.queue_route) if row.given_up_at else ""
