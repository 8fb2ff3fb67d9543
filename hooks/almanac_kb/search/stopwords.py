"""Words that say nothing of what a question is about, by language."""

from functools import cache

from almanac_kb.search import tokens

STOPWORDS = {
    "en": """a about after all also am an and any are as at be because been before being but by can can't cannot could did didn't
        do does doesn't doing don't done for from get got had has have having he her here him his how i if in into is isn't it
        its just let like make me more most my need no not of off on one only or our out over own please should so some such
        than that the their them then there these they this those to too under up us use very want was we were what what's
        when where which while who whom whose why will with would you your""",
    "de": """aber alle als am an auch auf aus bei bin bis das dass dem den der des dich die dies diese dieser doch du durch ein eine einem
        einen einer er es für hat habe haben hier ich ihr im in ist ja kann kein keine können man mein mich mir mit muss nach
        nicht noch nur ob oder ohne sich sie sind so über um und uns unter vom von vor wann war warum was weil welche wenn
        wer werden wie wieso wir wird wo wozu zu zum zur""",
    "es": """a al algo como con cómo cuál cuándo de del desde dónde el ella en entre era es esta este esto están está ha hay la las le lo
        los me mi más muy no nos o para pero por porque puede puedo que quién qué se ser si sin sobre son su sus también te
        tiene tu un una uno y ya yo""",
    "fr": """à au aux avec ce ces cette comment dans de des du elle en est et eu il ils je la le les leur lui ma mais me mes moi mon ne
        nos notre nous on ou où par pas peut plus pour pourquoi puis quand que quel quelle qui quoi sa se ses si son sont sur
        ta te tes ton tu un une vos votre vous y être""",
}


@cache
def stop_terms(language: str) -> frozenset[str]:
    """The stop words of a language, a BCP 47 tag, as terms of the index; none where they are not known."""
    return frozenset(tokens.cut(STOPWORDS.get(language[:2].lower(), "")))
