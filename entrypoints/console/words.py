"""What the pages say, in the operator's language."""

from entrypoints.api.messages import Language
from entrypoints.console.order_words import ORDER_WORDS
from entrypoints.console.page_words import PAGE_WORDS
from entrypoints.console.record_words import RECORD_WORDS

_SENTENCES = {**PAGE_WORDS, **ORDER_WORDS}


class Words:
    """The words in one language. A word that no table has is shown as it is: the record's own."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._column = 1 if language == "en" else 0

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of the pages; raises `KeyError` for a key that is none."""
        return _SENTENCES[key][self._column].format(**values)

    def of(self, group: str, word: str) -> str:
        """A word of the record, like `order` and `paid`."""
        known = RECORD_WORDS.get(group, {}).get(word)
        return word if known is None else known[self._column]
