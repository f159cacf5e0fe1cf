"""What the rows of a table are called on a page about conservation."""

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "absence": "absences",
    "alarm": "levées de doute",
    "alarm_step": "étapes de levées de doute",
    "announcement_read": "annonces lues",
    "appointment": "rendez-vous",
    "availability": "demi-journées",
    "barred": "couples bénévole et foyer écartés",
    "pairing": "voix choisies ou écartées par la coordination",
    "call": "appels",
    "call_revision": "anciennes versions d’appels",
    "call_suggestion": "propositions d’appel",
    "care_request": "demandes d’appelants",
    "correction": "corrections",
    "coverage": "territoires suivis",
    "enrolment": "inscriptions",
    "export": "raisons d’exports",
    "file_number": "numéros de dossier",
    "good_news": "bons moments",
    "household": "foyers",
    "import_batch": "listes",
    "import_change": "retours arrière de listes",
    "import_chunk": "lignes de listes en attente",
    "issued_sheet": "feuilles imprimées",
    "journal_entry": "lignes du journal",
    "left_out": "foyers sans place une semaine",
    "line": "lignes de feuilles",
    "match_choice": "rapprochements décidés",
    "membership": "participations",
    "need": "besoins",
    "need_question": "questions sur un besoin",
    "need_stage": "relances atteintes",
    "need_step": "étapes de besoins",
    "outgoing_mail": "courriels",
    "person": "fiches",
    "phone": "numéros de téléphone",
    "provenance": "sources d’une fiche",
    "quality_case": "points à vérifier",
    "question": "questions à la coordination",
    "quiz_attempt": "questionnaires",
    "referral": "orientations",
    "rehearsal": "appels d’entraînement",
    "report": "comptes rendus",
    "report_draft": "brouillons",
    "returned_sheet": "feuilles revenues",
    "review": "relectures",
    "rights_request": "demandes sur les données",
    "saved_view": "filtres gardés",
    "sheet_notice": "mots sur une feuille",
    "sign_in_failure": "connexions ratées",
    "sign_in_link": "liens de connexion",
    "signed_session": "connexions",
    "skip": "foyers passés",
    "soft_lock": "appels en cours",
    "text_finding": "textes à revoir",
    "user_account": "comptes",
    "voucher": "bons solidaires",
    "weak_signal": "signaux faibles",
}


def lasting(count: int) -> str:
    """« 2 ans », « 6 mois », « 62 jours »: the largest whole unit people use for so many days."""
    if count % 365 == 0:
        years = count // 365
        return "1\u00a0an" if years == 1 else f"{years}\u00a0ans"
    if count % 30 == 0:
        return f"{count // 30}\u00a0mois"
    return "1\u00a0jour" if count == 1 else f"{count}\u00a0jours"
