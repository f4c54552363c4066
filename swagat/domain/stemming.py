"""Bring the forms of a word together, lightly, in Gujarati, Hindi and English."""

import re
from functools import lru_cache

# Gujarati stands in its block where Devanagari stands in its own, so one table serves both.
_GUJARATI_OFFSET = 0x180

_VIRAMA = "्્"
_SIGNS_AND_VIRAMA = "ािीुूृॄेैोौंः्" + "ાિીુૂૃૄેૈોૌંઃ્"


def _both_scripts(pairs: dict[str, str]) -> dict[int, str]:
    shifted = {
        chr(ord(old) + _GUJARATI_OFFSET): "".join(chr(ord(c) + _GUJARATI_OFFSET) for c in new)
        for old, new in pairs.items()
    }
    return str.maketrans({**pairs, **shifted})


# Spellings that are mixed up every day: nukta or none, long or short i and u, two kinds of nasal dot.
_SPELLINGS = _both_scripts(
    {
        "़": "", "ँ": "ं", "ः": "", "ी": "ि", "ू": "ु", "ई": "इ", "ऊ": "उ",
        "ॉ": "ो", "ऑ": "ओ", "ॅ": "े", "ऍ": "ए", "ॲ": "ए",
    }
)  # fmt: skip
_NASAL_BEFORE_ITS_CLASS = re.compile(
    "ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढत-ध])|न्(?=[क-घच-झट-ढत-धशषस])|म्(?=[प-भ])"
    "|ઙ્(?=[ક-ઘ])|ઞ્(?=[ચ-ઝ])|ણ્(?=[ટ-ઢત-ધ])|ન્(?=[ક-ઘચ-ઝટ-ઢત-ધશષસ])|મ્(?=[પ-ભ])"
)

# Longest first, written as they stand after the spellings above are folded.
_GUJARATI_ENDINGS = (
    "વાળાં", "વાળું", "માંથિ", "વાળા", "વાળો", "વાળિ", "વાળુ", "માથિ", "માં", "નાં", "નું",
    "થિ", "મા", "ને", "નો", "નિ", "ના", "નુ", "ઓ", "એ",
)  # fmt: skip
_HINDI_ENDINGS = ("ियों", "ियां", "यों", "यां", "ियो", "ाओं", "ुओं", "ाएं", "ओं", "एं", "ों", "ें")
_AFTER_I = ("यों", "यां")

# Nouns that end in n of their own: their plural only looks like a postposition (makan-o, not maka-no).
_NOUNS_IN_N = """
    મકાન દુકાન જમિન લાઇન કિસાન નુકસાન નુકશાન વાહન પેંશન રેશન સ્ટેશન કનેક્શન ફોન મશિન સંગઠન આંદોલન
    પાન મેદાન ખાન સ્થાન સંસ્થાન ટ્રેન પ્લાન બહેન બેન ચેન વિમાન ઉદ્યાન વચન ભવન લોન દિન વર્તન બટન
    સિઝન ઇંજેક્શન સાધન ધન અન્ન સ્મશાન શ્મશાન પાઇપલાઇન હેલ્પલાઇન અભિયાન અનુદાન ભોજન ખનન આવેદન વેતન કાનુન
    ઇંધન ટાઉન
"""
_ENDS_IN_N = frozenset(_NOUNS_IN_N.split())

_LETTER = re.compile("[ऄ-हॠॡક-હઅ-ઔૠૡઍ]")


def _letters(word: str) -> int:
    return len(_LETTER.findall(word))


def fold_spelling(word: str) -> str:
    """Return a normalised word with the everyday variants of Indic spelling made one."""
    return _NASAL_BEFORE_ITS_CLASS.sub(lambda m: "ं" if m.group() < "ઁ" else "ં", word.translate(_SPELLINGS))


def strip_ending(word: str) -> str:
    """Return a folded Gujarati or Hindi word without postpositions and plural; its own last vowel stays."""
    endings = _GUJARATI_ENDINGS if word[-1:] >= "ઁ" else _HINDI_ENDINGS
    shorter = True
    while shorter:
        shorter = False
        for ending in endings:
            rest = word.removesuffix(ending)
            if rest == word or _letters(rest) < 2 or rest[-1] in _VIRAMA:
                continue
            if ending in _AFTER_I and rest[-1] != "इ":
                continue
            if ending[0] == "ન" and rest + "ન" in _ENDS_IN_N:
                return rest + "ન"
            word, shorter = rest, True
            break
    return word


def _stem_indic(word: str) -> str:
    shorter = strip_ending(fold_spelling(word))
    while shorter[-1:] in _SIGNS_AND_VIRAMA and _letters(shorter) > 1:
        shorter = shorter[:-1]
    return shorter or word


_ENGLISH_VOWEL = re.compile("[aeiouy]")


def _stem_latin(word: str) -> str:
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith(("ies", "ied")) and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and _ENGLISH_VOWEL.search(rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "aeiouls" else rest
            break
    # English e, and the o, a, i, u of Hindi and Gujarati typed in Latin letters (rasto, rasta, raste).
    while len(word) > 4 and word[-1] in "aeiou":
        word = word[:-1]
    return word


@lru_cache(maxsize=20_000)
def stem_normalised(word: str) -> str:
    """Return the stem of one word that is already normalised; a stem is its own stem."""
    if not word:
        return word
    one_step = _stem_indic if "ऀ" <= word[-1] <= "૿" else _stem_latin
    while (shorter := one_step(word)) != word:
        word = shorter
    return word


_STOP_WORDS = """
a an the is are was were be been of in on at to for from by with and or but not no this that these those it its my
our your i we you he she they me us him her them has have had do does did will would can could should there here as
so very please sir madam s t
है हैं था थी थे हो हुआ हुई हुए होता होती होते का की के को से में पर और या भी ही तो ने कि जो यह ये वह वे इस उस हम
हमारे हमारा हमारी मैं मेरा मेरी मेरे आप कर करना करें कृपया रहा रही रहे गया गई गए लिए तक नहीं नही नहि
છે છું છીએ હતો હતી હતું હતા હોય થાય થયું થયો થઈ ના ની નો નું ને માં થી પર અને કે તો પણ જ આ તે એ એક અમે અમારા અમારી
અમારું અમારો મારું મારી મારો મારા તમે કરી કરો કરવા માટે રહ્યો રહી રહ્યું ગયો ગઈ ગયું વિનંતી નથી નહીં નહિ
che chhe hai hain ho tha thi the ka ki ke ko se mein me par aur ya bhi hi to ne na ni no nu ma maa ane pan j aa te
ek ame amara amari amaru amaro maru mari maro mara hum hamara hamari hamare mera meri mere kar karo kari raha rahi
rahe gaya gayi gai gayu gayo thi thay mate liye sudhi tak nathi nahi nahin nhi
"""

STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that a search does not ask for when others are given, normalised."""
