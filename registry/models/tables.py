"""The code tables of the CADSUS, stored with the codes that it publishes."""

from django.db import models

# What the CADSUS writes where nobody knows the name of a parent.
UNKNOWN = "SEM INFORMAÇÃO"
BRAZIL = "010"


class Sex(models.TextChoices):
    """Sexo."""

    MALE = "M", "Masculino"
    FEMALE = "F", "Feminino"
    UNKNOWN = "I", "Ignorado"


class Race(models.TextChoices):
    """Raça/cor."""

    WHITE = "01", "Branca"
    BLACK = "02", "Preta"
    BROWN = "03", "Parda"
    YELLOW = "04", "Amarela"
    INDIGENOUS = "05", "Indígena"
    UNKNOWN = "99", "Sem informação"


class Nationality(models.TextChoices):
    """Nacionalidade. The layout publishes the letter P without its meaning: the label is our inference."""

    BRAZILIAN = "B", "Brasileira"
    FOREIGN = "E", "Estrangeira"
    PORTUGUESE = "P", "Portuguesa, com igualdade de direitos"
    NATURALISED = "N", "Naturalizada"


class CnsKind(models.TextChoices):
    """Tipo do CNS: written with the number, never read from its first digit."""

    DEFINITIVE = "D", "Definitivo"
    PROVISIONAL = "P", "Provisório"


class ContactKind(models.TextChoices):
    """Tipo de contato."""

    HOME = "PRN", "Telefone residencial"
    WORK = "WPN", "Telefone comercial"
    EMERGENCY = "EMR", "Telefone de contato"
    OTHER = "ORN", "Outro telefone"
    EMAIL = "NET", "E-mail"
    MOBILE = "ASN", "Celular"


class AddressKind(models.TextChoices):
    """Tipo de endereço."""

    HOME = "H", "Residencial"
    WORK = "WP", "Comercial"


class StreetKind(models.TextChoices):
    """Tipo de logradouro: the commonest of some 300."""

    STREET = "081", "Rua"
    AVENUE = "008", "Avenida"
    LANE = "004", "Alameda"
    SQUARE = "065", "Praça"


class DocumentKind(models.TextChoices):
    """Documents that the CADSUS keeps besides CPF and CNS, by their acronyms."""

    RG = "RG", "Identidade (RG)"
    CNH = "CNH", "Carteira de habilitação (CNH)"
    VOTER_CARD = "TITULO", "Título de eleitor"
    NIS = "NIS", "NIS/PIS/PASEP"
    CTPS = "CTPS", "Carteira de trabalho (CTPS)"
    RIC = "RIC", "Registro de identidade civil (RIC)"
    PASSPORT = "PASSAPORTE", "Passaporte"
    NATURALISATION = "NATURALIZACAO", "Portaria de naturalização"
    RES = "RES", "Registro RES-Brasil"
    DNV = "DNV", "Declaração de nascido vivo (DNV)"


class CivilRecordKind(models.TextChoices):
    """Tipo de certidão."""

    BIRTH = "91", "Nascimento"
    MARRIAGE = "92", "Casamento"
    DIVORCE = "93", "Separação ou divórcio"
    INDIGENOUS = "95", "Registro administrativo de nascimento de indígena (RANI)"


class TransactionKind(models.TextChoices):
    """What was done to a record (tipo de transação)."""

    ADDED = "ADICIONADO", "Adicionado"
    ACTIVATED = "ATIVO", "Ativado"
    DEACTIVATED = "DESATIVO", "Desativado"
    UNIFIED = "UNIDO", "Unificado"
    SPLIT = "DESUNIDO", "Desunificado"
    UPDATED = "ATUALIZADO", "Atualizado"
    MAINTAINED = "MANUTENCAO", "Manutenção"


class TaxSituation(models.TextChoices):
    """Situação cadastral do CPF (IN RFB 2.172/2024, art. 2º)."""

    REGULAR = "REGULAR", "Regular"
    PENDING = "PENDENTE_REGULARIZACAO", "Pendente de regularização"
    SUSPENDED = "SUSPENSA", "Suspensa"
    CANCELLED = "CANCELADA", "Cancelada"
    DECEASED = "TITULAR_FALECIDO", "Titular falecido"
    VOID = "NULA", "Nula"
