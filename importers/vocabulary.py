"""The words French lists put above their columns, and the field each stands for.

To teach the import a new header, add it here: one word in one row.
"""

import re
from functools import lru_cache

from campaigns.values import fold, mended

# What the law keeps out of such a list (CASF R121-4; CNIL): said, and dropped unread.
FORBIDDEN = {
    "nir": "Numéro de sécurité sociale",
    "bank": "Coordonnées bancaires",
    "income": "Revenus ou ressources",
    "nationality": "Nationalité",
    "health": "Santé ou dépendance",
    "family": "Situation de famille",
    "belief": "Religion ou opinions",
}
REFUSED = frozenset(FORBIDDEN)
IGNORED = frozenset({"adviser", "role", "age", "ignored"})
MANY = frozenset({"phone", "address", "scheme", "comment", "guardian"})

LABELS = {
    "file_number": "Numéro de dossier",
    "title": "Civilité",
    "last_name": "Nom",
    "first_name": "Prénom",
    "full_name": "Nom et prénom",
    "birth_name": "Nom de naissance",
    "birth_date": "Date de naissance",
    "phone": "Téléphone",
    "email": "Courriel",
    "address": "Adresse",
    "postal_code": "Code postal",
    "town": "Commune",
    "postal_and_town": "Code postal et commune",
    "insee": "Code INSEE de la commune",
    "scheme": "Prestation",
    "comment": "Commentaire",
    "language": "Langue parlée",
    "contact_person": "Personne à prévenir",
    "home_help": "Service d’aide à domicile",
    "territory": "Territoire",
    "deceased": "Date de décès",
    "mayor_opt_out": "Opposition à la transmission au maire",
    "mayor_agreement": "Accord pour la transmission au maire",
    "key_holder": "Personne qui a les clés",
    "guardian": "Tuteur, curateur ou mandataire",
    "best_half": "Meilleur moment pour appeler",
    "priority": "Priorité d’appel",
}

# Whole headers, once normalised.
_WHOLE = {
    "file_number": "identifiant dans le si|id iodas|code individu iodas|n allocataire|n caf|"
    "matricule|n dossier|n individu|ref|reference|identifiant unique de|id|identifiant|"
    "n identifiant|reference dossier|n beneficiaire|n usager|code individu",
    "title": "civilite|civ|titre|sexe|genre|m/mme|type personne|civilite individu",
    "last_name": "nom|nom beneficiaire|nom individu|nom usuel|nom d'usage|nom usage|nom marital|"
    "nom d'usage / surnom|nom responsable dossier|noms|nom du beneficiaire|nom patronymique|"
    "nom de l'usager|nom usager|nom famille",
    "full_name": "nom prenom|nom et prenom|nom prenoms|nom/prenom|prenom nom|nom - prenom|"
    "beneficiaire|usager|nom & prenom|prenom et nom|nom, prenom|identite|personne|nom complet",
    "birth_name": "nom de naissance|nom jf|nom de famille|nom jeune fille|nom de jeune fille|nee|"
    "n. naiss.|nom naissance|nom de naissance individu",
    "first_name": "prenom|prenoms|prenom beneficiaire|prenom individu|prenom usuel|p.|"
    "prenom responsable dossier|prenom du beneficiaire|prenom usager",
    "birth_date": "date de naissance|date naissance|ddn|ne(e) le|ne le|nee le|date naiss.|"
    "date naiss|dt nais|dt naiss|naissance|date de naiss|d. naissance|date nais|"
    "date de naissance individu",
    "phone": "telephone|tel|tel.|n telephone|n telephones|telephones|n de telephone|n tel|fixe|"
    "portable|port|port.|gsm|mobile|telephone individu|tel fixe|tel. fixe|tel. dom|tel dom|"
    "tel portable|tel. portable|tel mobile|coordonnees|coordonnees telephoniques|"
    "n telephone dossier|telephone domicile|telephone portable|telephone fixe|telephone travail",
    "email": "email|mail|e-mail|courriel|adresse e-mail|adresse mail|adresses mails|mel|@|"
    "mail individu|adresse electronique|adresse electronique dossier|adresse email",
    "address": "adresse|adresse complement|complement adresse|complement destinataire|adre1|"
    "adre1 individu|adre2 individu|compadre1 individu|compadre2 individu|n de rue|"
    "nom de la rue|adresse postale beneficiaire|adresse postale|voie|lieu-dit|residence|bat|"
    "batiment|etage|bis|rue|n voie|libelle voie|nom de voie|adresse complete|adresse domicile",
    "postal_code": "cp|code postal|c.p.|codepostal|code postal individu|cp domicile",
    "town": "commune|ville|localite|bureau distributeur|commune adresse dossier|ville individu|"
    "commune individu|libelle commune|nom commune|commune de residence|ville domicile",
    "postal_and_town": "cp ville|cp/ville|cp - ville|cp commune|code postal ville|cp et ville|"
    "code postal et ville|cp-ville|code postal / ville|code postal commune",
    "insee": "insee|code insee|insee commune|code insee commune|code commune|insee com|"
    "code commune insee",
    "scheme": "prestation|prestations|droit|droit ouvert|droits|type d'aide|aide|dispositif|"
    "droits rsa|apa|apa d|pch|rsa|type prestation|allocation|situation|nature du droit",
    "comment": "commentaire|commentaires|memo|a savoir|precisions|complement d'information|"
    "observation|observations|obs|obs.|remarque|remarques|"
    "divers|pb mail|tags|note|notes|info|infos|informations",
    "language": "langue|langue parlee|langues|langue maternelle|parle",
    "contact_person": "personne a prevenir|personne a contacter|urgence|"
    "personne a prevenir en cas d'urgence|aidant|aidant familial|"
    "referent familial|tel proche|tel. proche|contact|contact famille|personne de confiance|"
    "proche",
    "home_help": "saad|aide a domicile|service d'aide a domicile|prestataire|"
    "service aide a domicile|intervenant|structure d'aide a domicile",
    "territory": "territoire|mds|mdsi|secteur|canton|utas|cms|circonscription|structure referente|"
    "structure|code territoire|libelle territoire|code territoire cds|libelle territoire cds",
    "adviser": "referent|referents|referent.e|mail cip|accompagnateurs|as|travailleur social|cesf|"
    "accompagnateur|instructeur|gestionnaire|cip|conseiller|referent social",
    "role": "role|role personne|dem/cjt|titulaire|chef de famille|qualite",
    "age": "age",
    "income": "ressources|revenus|quotient familial|qf|montant|salaire|rfr|pension|retraite|"
    "revenu fiscal|revenu|ressources mensuelles|patrimoine",
    "nationality": "nationalite|nat|nat.|pays de naissance|titre de sejour|pays d'origine",
    "health": "gir|sante|etat de sante|pathologie|pathologies|diagnostic|maladie|maladies|handicap|"
    "taux d'incapacite|ald|traitement|traitements|medicaments|medecin traitant|medecin|"
    "antecedents|allergies|infirmier|infirmiere|groupe iso ressources|dependance",
    "family": "situation familiale|situation de famille|nombre d'enfants|nb enfants|"
    "enfants a charge|statut marital|etat civil|situation matrimoniale|composition familiale",
    "belief": "religion|confession|culte|opinion|opinions|syndicat|parti|orientation sexuelle",
    "mayor_opt_out": "opposition transmission mairie|opposition transmission maire|"
    "opposition maire|"
    "opposition mairie|opposition a la transmission au maire|opposition a la transmission|"
    "opposition transmission|refus transmission mairie|refus transmission maire",
    "mayor_agreement": "transmission mairie|transmission au maire|transmission maire|"
    "accord transmission mairie|accord transmission maire|accord mairie|"
    "accepte transmission mairie|consentement mairie",
    "key_holder": "cles|cle|detenteur des cles|detenteur de cles|depositaire des cles|"
    "depot des cles|double des cles|qui a les cles|voisin cles|cles chez|boite a cles",
    "guardian": "tuteur|tutrice|curateur|curatrice|mandataire|tutelle|curatelle|mjpm|udaf|"
    "mesure de protection|mesures de protection|protection juridique|representant legal|"
    "nom/coordonnees du mandataire|coordonnees du mandataire|tuteur/curateur|tutelle/curatelle|"
    "organisme de tutelle|service de tutelle|association tutelaire|regime de protection",
    "best_half": "demi-journee|demi journee|meilleur moment|moment prefere|moment|creneau|"
    "creneau prefere|disponibilite|disponibilites|matin/apres-midi|matin ou apres-midi|"
    "quand appeler|horaire|horaires|plage horaire|moment d'appel",
    "priority": "priorite|priorites|prioritaire|niveau de priorite|ordre de priorite|"
    "rang de priorite|priorite d'appel|prio|prio.",
    "deceased": "date de deces|decede|dcd|date deces",
    "nir": "nir|nir/ssn|n insee personne|"
    "n securite sociale|n ss|secu|num ss|n de securite sociale|n secu|"
    "n de secu|securite sociale|numero secu|n s.s.|nss|n immatriculation",
    "bank": "iban|rib|bic|compte bancaire|coordonnees bancaires|domiciliation bancaire",
}  # fmt: skip

# Words found inside longer headers, tried in this order; a longer idea comes before its parts.
_INSIDE = [
    ("nir", r"\b(nir|securite sociale|secu)\b"),
    ("bank", r"\b(iban|rib|bancaires?)\b"),
    ("mayor_opt_out", r"\b(oppos\w+|refus\w*)\b.*\b(maires?|mairies?|transmission)\b"),
    ("mayor_agreement", r"\b(transmission|transmettre|accord)\b.*\b(maires?|mairies?)\b"),
    ("key_holder", r"\bcles?\b"),
    (
        "guardian",
        r"\b(tut(?:elles?|eurs?|rices?|elaires?)|curat(?:elles?|eurs?|rices?)|mandataires?|mjpm|udaf|"
        r"mesures? de protection|protection juridique|majeure? protegee?|habilitation familiale|"
        r"sauvegarde de justice|representante? legale?)\b",
    ),
    ("nationality", r"\bnationalite|\bsejour\b"),
    (
        "health",
        r"\b(sante|patholog\w+|diagnostic|maladies?|handicap\w*|medica\w+|medecin|gir|"
        r"incapacite|traitements?|grossesse|dependance)\b",
    ),
    ("income", r"\b(ressources|revenus?|salaires?|quotient|imposable)\b"),
    ("family", r"\b(situation (familiale|matrimoniale|de famille)|enfants?|marital)\b"),
    ("belief", r"\b(religion|confession|syndica\w+|politique)\b"),
    (
        "ignored",
        r"\bn'a pas de\b|\bsans telephone\b|ayants?[- ]droit|"
        r"^date (de )?(fin|debut|demande|entree|effet|decision)|date fin",
    ),
    ("adviser", r"\b(referente?|cip|travailleur social|accompagnat\w+|conseillere?|instructeur)\b"),
    (
        "contact_person",
        r"\b(prevenir|a contacter|aidant|proche|confiance|fils|(?<!jeune )fille|voisine?|"
        r"neveu|niece|gendre)\b",
    ),
    ("home_help", r"\b(saad|aide a domicile)\b"),
    ("best_half", r"\b(demi-?\s?journee|creneau|moment)\b|\bquand appeler\b"),
    ("priority", r"\bpriorit\w+"),
    ("deceased", r"\b(deces|decedee?|dcd)\b"),
    ("birth_name", r"\bnom\b.*\b(naissance|jeune fille|jf)\b"),
    ("birth_date", r"\bnaiss|\bddn\b|\bnee? le\b"),
    ("email", r"\b(e-?mails?|courriels?|mels?|mail|electronique)\b"),
    ("phone", r"\b(telephon\w*|tels?|portables?|mobiles?|gsm|fixe)\b"),
    ("postal_and_town", r"\b(cp|code postal)\b.*\b(ville|commune)\b"),
    ("insee", r"\binsee\b"),
    ("postal_code", r"\b(cp|code postal)\b"),
    ("address", r"\b(adresse|adre\d|compadre\d|rue|voie|lieu-dit|residence)\b|^adresse_ligne"),
    ("town", r"\b(commune|ville|localite)\b"),
    ("full_name", r"\bnom\b.*\bprenom\b|\bprenom\b.*\bnom\b"),
    ("first_name", r"\bprenoms?\b"),
    ("last_name", r"\bnom\b"),
    ("title", r"\b(civilite|sexe)\b"),
    ("file_number", r"\b(iodas|allocataire|caf|dossier|identifiant|matricule)\b"),
    ("scheme", r"\b(apa|pch|rsa|prestations?|droits?)\b"),
    ("comment", r"\b(commentaires?|observations?|remarques?)\b"),
    ("language", r"\blangues?\b"),
    ("territory", r"\b(territoire|mdsi?|circonscription|secteur|utas|structure)\b"),
]

_BY_HEADER = {word: field for field, words in _WHOLE.items() for word in words.split("|")}
_PATTERNS = [(field, re.compile(pattern)) for field, pattern in _INSIDE]
_NOTE = re.compile(r"\n(?:si|seulement si|ou)\b.*", re.IGNORECASE | re.DOTALL)
_BRACKETS = re.compile(r"\((?!e\)|s\))[^)]{0,400}\)")
_NUMBER = re.compile(r"\bn\s?[°º]\s?|\b(?:numero\(?s?\)?|num|no)\b\.?\s?(?:d[eu] )?|\bn° ?(?:de )?")
_TAIL = re.compile(r"[\s_]*\d{1,2}$")
_CERTAIN, _LIKELY = 0.95, 0.75
_LONGEST_TITLE = 120


def normal(header: str) -> str:
    """The form under which headers are compared (spreadsheets, section 2)."""
    lines = "\n".join(" ".join(line.split()) for line in header.split("\n") if line.strip())
    text = _NOTE.sub("", lines)
    text = fold(text.replace("°", "°").replace("º", "°"))
    text = (
        _BRACKETS.sub(" ", text).replace("(s)", "").replace("(e)", "e" if "ne(e)" in text else "")
    )
    text = _NUMBER.sub("n ", text.replace("_", " "))
    return re.sub(r"\s+", " ", re.sub(r"[*:\t]", " ", text)).strip(" .")


@lru_cache(maxsize=2_000)
def recognise(header: str) -> tuple[str | None, float]:
    """The field a header names and how sure that is, from 0 to 1; (None, 0) when unknown."""
    if "Ã" in header:
        header = mended(header)
    text = normal(header)
    if len(text) > _LONGEST_TITLE and "\n" in header:
        text = normal(header.strip().partition("\n")[0])  # instructions follow the title
    if not text or len(text) > _LONGEST_TITLE:
        return None, 0.0
    for tried in (text, f"{text}.", _TAIL.sub("", text)):
        if field := _BY_HEADER.get(tried):
            return field, _CERTAIN
    for field, pattern in _PATTERNS:
        if pattern.search(text):
            return field, _LIKELY
    return None, 0.0
