"""The errors of this room.

IndexRoomError
├── EncoderError    the model cannot be used: missing, changed or broken
├── IndexMissing    there is no index yet
└── IndexMismatch   the index on disk is not the one that the corpus and the settings ask for
"""


class IndexRoomError(Exception):
    """Something about the index; the message says what, which and the command that mends it."""


class EncoderError(IndexRoomError):
    """The model cannot be used: missing, changed or broken."""


class IndexMissing(IndexRoomError):
    """There is no index yet."""


class IndexMismatch(IndexRoomError):
    """The index on disk is not the one that the corpus and the settings ask for."""
