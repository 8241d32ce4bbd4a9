"""Forms drawn with the components of the design system."""

from django.forms.renderers import TemplatesSetting


class DesignSystemRenderer(TemplatesSetting):
    """Fields come from templates/components/field.html, whole forms from form_fields.html."""

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"
