"""The errors of this room.

CorpusError
├── BriefError         an evidence brief that breaks the rules of its format
├── BibliographyError  a bibliography that cannot be read
├── VettingError       an approval that cannot be recorded or read
├── ExtractionError    an original whose text cannot be taken out
├── ClaimsError        a claims catalogue that cannot be read
├── DisagreementsError a list of disagreements that cannot be read
└── ExpansionError     questions of document expansion that cannot be read
"""


class CorpusError(Exception):
    """Something about a document; the message says what, which and what to do."""


class BriefError(CorpusError):
    """An evidence brief that breaks the rules of its format."""


class BibliographyError(CorpusError):
    """A bibliography that cannot be read."""


class VettingError(CorpusError):
    """An approval that cannot be recorded or read."""


class ExtractionError(CorpusError):
    """An original whose text cannot be taken out."""


class ClaimsError(CorpusError):
    """A claims catalogue that cannot be read."""


class DisagreementsError(CorpusError):
    """A list of disagreements that cannot be read."""


class ExpansionError(CorpusError):
    """Questions of document expansion that cannot be read."""
