"""The drawings of the house are the house, and its layers are those of the contract."""

from config import house_map
from config.layers import APPS
from tests.architecture.test_words import layers


def test_the_drawings_are_current() -> None:
    assert house_map.PAGE.read_text() == house_map.page(), "run: python manage.py house_map"


def test_no_arrow_goes_upwards() -> None:
    height = {app: index for index, layer in enumerate(layers()) for app in layer}
    assert height.keys() == set(APPS)
    edges = house_map.imports()
    assert ("rnds", "common") in edges
    assert [edge for edge in edges if height[edge[0]] >= height[edge[1]]] == []
