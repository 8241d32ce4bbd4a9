"""Files as a bad disk or an ill will leaves them."""

import random


def mutated(original: bytes, chance: random.Random) -> bytes:
    """Bytes changed, a piece cut out, or a piece repeated."""
    raw = bytearray(original)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(raw))
        piece = slice(place, place + chance.randint(1, 200))
        match chance.randrange(4):
            case 0:
                del raw[piece]
            case 1:
                raw[place:place] = raw[piece] * chance.randint(1, 20)
            case _:
                raw[place] = chance.randrange(256)
        raw = raw or bytearray(b"P")
    return bytes(raw)
