"""Routes of the rooms: for people under /sala/, for programmes under /sim/salas."""

from django.urls import path

from rooms import api, switch_views, views

app_name = "rooms"
urlpatterns = [
    path("sala/", views.choose, name="choose"),
    path("sala/abrir/", views.open_new, name="open"),
    path("sala/<slug:code>/", views.enter, name="enter"),
    path("sala/<slug:code>/painel/", views.panel, name="panel"),
    path("sala/<slug:code>/painel/chave/", views.give_key, name="give_key"),
    path("sala/<slug:code>/relogio/", views.clock_page, name="clock"),
    path("sala/<slug:code>/relogio/parar/", views.stop_clock, name="stop_clock"),
    path("sala/<slug:code>/relogio/correr/", views.run_clock, name="run_clock"),
    path("sala/<slug:code>/interruptores/", switch_views.switches, name="switches"),
    path("sala/<slug:code>/interruptores/padrao/", switch_views.restore, name="restore_switches"),
    path("sala/<slug:code>/reiniciar/", views.reset, name="reset"),
    path("sala/<slug:code>/encerrar/", views.close, name="close"),
    path("sim/salas", api.rooms, name="api_rooms"),
    path("sim/salas/<slug:code>", api.room, name="api_room"),
    path("sim/salas/<slug:code>/reiniciar", api.reset, name="api_reset"),
    path("sim/salas/<slug:code>/interruptores", api.switches, name="api_switches"),
]
