"""Routes of the SIOPS, under /siops/."""

from django.urls import path

from siops.views import home, sign_in

app_name = "siops"
urlpatterns = [
    path("", home.home, name="home"),
    path("entrar/", sign_in.sign_in, name="sign_in"),
    path("entrar/certificado/", sign_in.sign_in_certificate, name="sign_in_certificate"),
    path("entrar/token-virtual/", sign_in.sign_in_virtual, name="sign_in_virtual"),
    path("entrar/token-virtual/pin/", sign_in.sign_in_pin, name="sign_in_pin"),
    path("entrar/token-virtual/papel/", sign_in.sign_in_choose, name="sign_in_choose"),
    path("entrar/puk/", sign_in.sign_in_puk, name="sign_in_puk"),
]
