"""What the pages say, in the operator's language."""

from domain.errors import InvalidValue
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

    def wrong(self, problem: InvalidValue) -> str:
        """What is wrong with what was typed."""
        return self(sentence_for(problem), field=problem.field, reason=problem.reason)


def sentence_for(problem: InvalidValue) -> str:
    """The key of the sentence that helps whoever typed it; it may name `field` and `reason`."""
    about, _, _ = problem.field.partition(".")
    return f"wrong.{about}" if f"wrong.{about}" in _SENTENCES else "wrong"
