"""What people read about rows, gates and reviews, on pages, in result files and in a terminal.

Each sentence says what happened, what is safe, who acts, and the next step.
"""

from customers.wording.before import owned_sentence, same_file_sentence
from customers.wording.copying import INHERITS, copy_facts
from customers.wording.gate_words import gate_sentence
from customers.wording.outlooks import (
    outlook_label,
    outlook_sentence,
    outlook_story,
    stopped_sentence,
)
from customers.wording.owners import owner_label
from customers.wording.review_words import INHERITED, review_words
from customers.wording.stories import Story, followers, story
from customers.wording.webhook_words import history_title

__all__ = [
    "INHERITED",
    "INHERITS",
    "Story",
    "copy_facts",
    "followers",
    "gate_sentence",
    "history_title",
    "outlook_label",
    "outlook_sentence",
    "outlook_story",
    "owned_sentence",
    "owner_label",
    "review_words",
    "same_file_sentence",
    "stopped_sentence",
    "story",
]
