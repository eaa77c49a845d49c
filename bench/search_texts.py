"""Made-up articles to search in: Chinese and Latin words, as unevenly common as real ones."""

import random
from itertools import accumulate

HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
LATIN = ["".join(random.Random(n).choices("aeioulnrst", k=3 + n % 6)) for n in range(20_000)]
NAMES = [
    "微信",
    "淘宝",
    "支付宝",
    "京东",
    "WeChat Pay",
    "Taobao",
    "タオバオ",
    "네이버페이",
    "抖音",
]
STREAM = 100_000


class Writer:
    """Texts whose words are as unevenly common as those of real ones (Zipf's law)."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.han = list(accumulate(1 / rank for rank in range(1, len(HAN) + 1)))
        self.latin = list(accumulate(1 / rank for rank in range(1, len(LATIN) + 1)))
        # drawn once: sentences are cut from anywhere in it, which is quicker than to draw each
        self.stream = "".join(self.chance.choices(HAN, cum_weights=self.han, k=STREAM))

    def sentence(self) -> str:
        """About 30 characters, now and then with a name or some Latin words."""
        chance = self.chance
        start, length = int(chance.random() * (STREAM - 40)), 12 + int(chance.random() * 29)
        parts = self.stream[start : start + length]
        if chance.random() < 0.15:
            parts += chance.choice(NAMES)
        if chance.random() < 0.1:
            parts += " ".join(chance.choices(LATIN, cum_weights=self.latin, k=3))
        return parts

    def article(self, sentences: int) -> tuple[str, str]:
        """A title, and a text of about so many sentences."""
        count = self.chance.randint(sentences // 2, sentences * 3 // 2)
        body = "。\n".join(self.sentence() for _ in range(max(count, 1)))
        return self.sentence()[:30], body
