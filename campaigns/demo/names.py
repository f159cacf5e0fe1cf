"""Invented people: common names of here and elsewhere, put together at random."""

from typing import Final


def _words(text: str, between: str | None = None) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(between))


LAST: Final = _words(
    """
    MARTIN BERNARD THOMAS PETIT ROBERT RICHARD DURAND DUBOIS MOREAU LAURENT SIMON MICHEL
    LEFEBVRE LEROY ROUX DAVID BERTRAND MOREL FOURNIER GIRARD BONNET DUPONT LAMBERT FONTAINE
    ROUSSEAU VINCENT MULLER LEFÈVRE FAURE ANDRÉ MERCIER BLANC GUÉRIN BOYER GARNIER CHEVALIER
    FRANÇOIS LEGRAND GAUTHIER GARCIA PERRIN ROBIN CLÉMENT MORIN NICOLAS HENRY ROUSSEL MATHIEU
    GAUTIER MASSON MARCHAND DUVAL DENIS DUMONT MARIE LEMAIRE NOËL MEYER DUFOUR MEUNIER BRUN
    BLANCHARD GIRAUD JOLY RIVIÈRE LUCAS BRUNET GAILLARD BARBIER ARNAUD MARTINEZ GÉRARD ROCHE
    RENARD SCHMITT ROY LEROUX COLIN VIDAL CARON PICARD ROGER FABRE AUBERT LEMOINE RENAUD DUMAS
    LACROIX OLIVIER PHILIPPE BOURGEOIS PIERRE BENOÎT REY LECLERC PAYET ROLLAND LECLERCQ
    GUILLAUME LECOMTE LOPEZ JEAN DUPUY GUILLOT HUBERT BERGER CARPENTIER SANCHEZ DUPUIS MOULIN
    LOUIS DESCHAMPS HUET VASSEUR PEREZ BOUCHER FLEURY ROYER KLEIN JACQUET ADAM PARIS POIRIER
    MARTY AUBRY GUYOT CARRÉ CHARLES RENAULT CHARPENTIER MÉNARD MAILLARD BARON BERTIN BAILLY
    HERVÉ SCHNEIDER FERNANDEZ COLLET LÉGER BOUVIER JULIEN PRÉVOST MILLET PERROT DANIEL COUSIN
    GERMAIN BRETON BESSON LANGLOIS RÉMY PELLETIER DELATTRE DELAPORTE POULAIN TELLIER CRÉPIN
    DEBRAY HÉNOCQUE DOMONT QUIGNON BOULANGER CAUCHY
    """
)
COMPOUND: Final = (
    "DE LA TOUR", "LE GALL", "D’HERVILLY", "SAINT-AUBIN", "DU BOIS", "VAN DAMME", "DE SMET",
    "LEFEBVRE-DELATTRE", "O’BRIEN",
)  # fmt: skip
WOMEN: Final = _words(
    """
    Jeanne Marie Paulette Simone Denise Odette Madeleine Yvonne Germaine Suzanne Jacqueline
    Monique Thérèse Ginette Raymonde Lucienne Andrée Marcelle Colette Huguette Renée Geneviève
    Micheline Gisèle Claudine Nicole Josiane Françoise Christiane Danielle Éliane Mireille
    Arlette Liliane Annie Martine Brigitte Chantal Sylvie Catherine Véronique Nathalie Isabelle
    Sandrine Céline Aurélie Émilie Laëtitia Marie-Thérèse Marie-Claude Anne-Marie Hélène Régine
    Solange
    """
)
MEN: Final = _words(
    """
    Jean Pierre André Roger René Marcel Robert Maurice Louis Georges Raymond Lucien Henri
    Fernand Émile Gaston Léon Albert Bernard Claude Michel Jacques Gérard Daniel Guy Serge
    Gilbert Alain Christian Patrick Philippe Gilles Didier Thierry Pascal Éric Laurent Stéphane
    Frédéric Nicolas Julien Jérôme Sébastien Mickaël Jean-Pierre Jean-Claude Jean-Paul Francis
    Joël Noël François
    """
)
# Families who came from elsewhere: their language, surnames, women’s and men’s first names.
ELSEWHERE: Final = (
    ("portugais", "DA SILVA|PEREIRA|FERREIRA|DOS SANTOS|RODRIGUES|GONÇALVES",
     "Maria|Fernanda|Conceição|Rosa", "João|Manuel|António|José"),
    ("polonais", "KOWALSKI|NOWAK|WIŚNIEWSKI|LEWANDOWSKI|WOJCIK|KACZMAREK",
     "Halina|Irena|Zofia|Krystyna", "Stanisław|Zbigniew|Czesław|Jan"),
    ("arabe", "BEN SALAH|EL AMRANI|HADDAD|MANSOURI|BOUZID|CHERIF",
     "Fatima|Khadija|Zohra|Aïcha", "Mohamed|Ahmed|Abdelkader|Slimane"),
    ("turc", "YILMAZ|KAYA|DEMIR|ÖZTÜRK|ŞAHIN|ÇELIK", "Ayşe|Emine|Hatice", "Mehmet|Mustafa|Ali"),
)  # fmt: skip
STREETS: Final = _words(
    """
    rue de l’Église | rue du Moulin | route d’Amiens | rue de la Mairie | place du Marché |
    chemin Vert | rue Jules-Ferry | rue des Tilleuls | impasse des Lilas | rue Victor-Hugo |
    avenue du Général-Leclerc | rue de Verdun | rue du 8-Mai-1945 | rue Pasteur | ruelle aux
    Loups | Lieu-dit "Les Marais"
    """,
    "|",
)
