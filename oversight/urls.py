"""Routes of the Conselho and of the Tribunal, under /siops/controle/."""

from django.urls import path

from oversight import views

app_name = "oversight"
urlpatterns = [
    path("", views.declaration_list, name="declaration_list"),
    path("<int:pk>/", views.declaration_detail, name="declaration_detail"),
    path("<int:pk>/analisar/", views.opinion_take, name="opinion_take"),
    path("<int:pk>/parecer/", views.opinion_give, name="opinion_give"),
    path("<int:pk>/retornar/", views.opinion_return, name="opinion_return"),
    path("<int:pk>/apuracao/", views.assessment_register, name="assessment_register"),
]
