"""Background work knows its room: the code travels in the header of the message, and the task enters it."""

from typing import Any

from celery.contrib.django.task import DjangoTask
from celery.signals import before_task_publish

from common.one_block import in_one_block
from rooms import worlds


class RoomTask(DjangoTask[Any, Any]):
    """A task runs in the world it was sent from; sent from outside every world, it runs where it is called."""

    abstract = True

    @in_one_block
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        code = getattr(self.request, "sala", None)
        if code is None or worlds.current() is not None:
            return super().__call__(*args, **kwargs)
        try:
            world = worlds.find(code)
        except worlds.RoomNotFound:
            # Closed since: nothing is owed in it any more.
            return None
        with worlds.entered(world):
            return super().__call__(*args, **kwargs)


@before_task_publish.connect
def _name_the_room(headers: dict[str, Any] | None = None, **_: Any) -> None:
    world = worlds.current()
    if world is not None and headers is not None:
        headers["sala"] = world.code
