"""Why something is not done, as one sentence for whoever asked for it."""


class PlainRefusal(Exception):
    """A deed that is not done. `sentence` says why, and what to do, in plain words.

    Each room names its kinds of it, so that whoever catches one knows what it is about.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
