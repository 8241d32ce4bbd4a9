"""The statement of one slice: the rule of cadsus.decision over a set of citizens, and all that is written of it.

It is built once from the tables that the single-person rule reads too: the sentences, the transitions of a citizen, the
particles of a name. Where the same must be said in two languages, tests/lots/test_agreement.py holds both together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from cadsus import messages
from cadsus.decision import ADULT, Step
from cadsus.models import Citizen
from cadsus.services import national
from cadsus.services.consulting import SETTLES
from common.folding import folded_sql
from common.switch_choices import CadsusRules
from lots.models import Outcome, Slice
from registry import keys, tax, temporary
from registry.models.tables import Sex, TaxSituation

# The seven fields as bits of the mask.
BITS = {"cns": 1, "name": 2, "mother": 4, "birth_date": 8, "sex": 16, "birth_city": 32, "cpf": 64}
STEPS = {
    Outcome.NO_CNS: Step.NO_CNS,
    Outcome.UNIFICATION: Step.UNIFICATION,
    Outcome.CPF: Step.CPF,
    Outcome.REVENUE: Step.REVENUE,
}
Status = Citizen.Status
REFUSED = tuple(situation for situation, effect in tax.EFFECTS.items() if not effect.allows)

# Who is of a slice. In the first two, whose link may have changed since the plan is left for the closing one.
_OF_KIND = {
    Slice.Kind.PERSON: "c.person_id BETWEEN %(first)s AND %(last)s AND c.id <= %(last_citizen)s"
    " AND (c.synchronized_at IS NULL OR c.synchronized_at < %(settled)s)",
    Slice.Kind.CHART: "c.person_id IS NULL AND c.id BETWEEN %(first)s AND %(last)s",
    Slice.Kind.CLOSING: "c.id <= %(last_citizen)s AND NOT EXISTS (SELECT FROM {visits} f WHERE f.citizen_id = c.id)",
}
# Only a slice by person reads a range of the national base; elsewhere everybody is looked for by their numbers.
_LINKED = "p.id BETWEEN %(first)s AND %(last)s"


def majority_limit(today: date) -> date:
    """Whoever was born until this day is of age on `today`."""
    last = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(today.year - ADULT, today.month, last)


def visits_table(lot_id: int) -> str:
    """The partition of a lot."""
    return f"lots_visit_{int(lot_id)}"


@cache
def _texts() -> dict[str, Any]:
    return {
        **{code.lower(): getattr(messages, code) for code in ("M09", "M12", "M13", "M14", "M16", "M17", "M40", "M51")},
        **{f"label_{name}": label for name, label in tax.COMPARED.items()},
    }


def parameters(*, slice_: Slice, entity_id: int, last_citizen: int, settled: Any, today: date, at: Any) -> Any:
    """What the statement asks for."""
    return _texts() | {
        "lot": slice_.lot_id,
        "slice": slice_.number,
        "first": slice_.first,
        "last": slice_.last,
        "entity": entity_id,
        "last_citizen": last_citizen,
        "settled": settled,
        "adult": majority_limit(today),
        "today": today,
        "at": at,
    }


@cache
def statement(kind: str, lot_id: int, rules: CadsusRules = CadsusRules.OF_2020) -> str:
    """Classify the people of a slice, write what changed, log everybody and count them; gives how many."""
    visits = visits_table(lot_id)
    return judgement(kind, visits, rules) + _WRITTEN.format(visits=visits)


def judgement(kind: str, visits: str = "", rules: CadsusRules = CadsusRules.OF_2020) -> str:
    """The first half, which only reads: what each person of a slice is, and where that leads (`moved`)."""
    return _JUDGED.format(
        scope=_OF_KIND[Slice.Kind(kind)].format(visits=visits),
        known=_KNOWN.format(range=_LINKED) if kind == Slice.Kind.PERSON else _NOBODY,
        situations=_case("t.situation", {each.value: each.label for each in TaxSituation}),
        refused=_texts_of(REFUSED),
        outcomes=_OUTCOMES.format(lacks_cpf=_LACKS_CPF[rules]),
        **_CPF_SAID[rules],
        mask=_mask(),
        most=national.MOST,
        moves=_moves(),
        fold_name=_fold_name("p.search_name"),
        fold_mother=_fold_name(folded_sql("p.mother")),
        **_divergences(),
        **{f"o_{outcome.name.lower()}": outcome.value for outcome in Outcome},
    )


def _fold_name(folded: str) -> str:
    """keys.fold_name of what is folded already: without apostrophes, hyphens and full stops as spaces."""
    return rf"btrim(regexp_replace(translate({folded}, '-.''’´`', '  '), '\s+', ' ', 'g'))"


def _known(folded: str) -> str:
    """The folded name, or NULL for one that nobody knows."""
    return f"nullif(nullif({_fold_name(folded)}, ''), '{keys.UNKNOWN}')"


def _first_word(folded: str) -> str:
    """The first word of a name that is no particle."""
    particles = "|".join(sorted(keys.PARTICLES))
    return rf"(regexp_match({_fold_name(folded)}, '^(?:(?:{particles}) )*(\S+)'))[1]"


def _divergences() -> dict[str, str]:
    """What the Receita has otherwise (registry.tax.check), for who has a row there."""
    ours, theirs = _known(folded_sql("p.mother")), _known(folded_sql("t.mother"))
    return {
        "other_name": f"coalesce({_first_word('p.search_name')} <> {_first_word(folded_sql('t.name'))}, false)",
        "other_mother": f"coalesce({ours} <> {theirs}, false)",
        "other_birth": "p.birth_date <> t.birth_date",
    }


def _mask() -> str:
    """A bit for each field that would change (cadsus.comparison): filled in the CADSUS, and not the same text."""
    normal = r"upper(btrim(regexp_replace({}, '\s+', ' ', 'g')))"

    def differs(ours: str, theirs: str) -> str:
        return f"{ours} <> {theirs} AND {normal.format(ours)} <> {normal.format(theirs)}"

    changed = {
        "cns": "p.cns IS NOT NULL AND v.cns <> p.cns",
        # An unknown name has no phonetic key.
        "name": f"p.phonetic <> '' AND {differs('v.name', 'p.name')}",
        "mother": f"p.mother_phonetic <> '' AND {differs('v.mother', 'p.mother')}",
        "birth_date": "v.birth_date IS DISTINCT FROM p.birth_date",
        "sex": f"p.sex NOT IN ('', '{Sex.UNKNOWN}') AND v.sex <> p.sex",
        "birth_city": "p.birth_city_id IS NOT NULL AND v.birth_city_id IS DISTINCT FROM p.birth_city_id",
        "cpf": "p.cpf IS NOT NULL AND v.cpf <> p.cpf",
    }
    return " + ".join(f"CASE WHEN {changed[field]} THEN {bit} ELSE 0 END" for field, bit in BITS.items())


def _moves() -> str:
    """Where each outcome leads, by the transitions of the machine. Who was justified at the desk stays so."""
    transitions = list(Citizen._meta.get_field("status").get_all_transitions(Citizen))
    stay = {Status.JUSTIFIED}
    rows = []
    for outcome, step in STEPS.items():
        mine = [each for each in transitions if each.name == SETTLES[step]]
        sources = _texts_of(each.source for each in mine if each.source not in stay)
        rows.append(f"WHEN j.outcome = {outcome} AND j.status IN ({sources}) THEN '{mine[0].target}'")
    stale = [each for each in transitions if each.name == "become_stale"]
    sources = _texts_of(each.source for each in stale)
    rows.append(
        f"WHEN j.status IN ({sources}) AND (j.outcome = {Outcome.DIFFERENT} OR j.outcome = {Outcome.DECEASED}"
        f" AND (j.mask <> 0 OR j.died_since)) THEN '{stale[0].target}'"
    )
    return "CASE " + " ".join(rows) + " END"


def _texts_of(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _case(of: str, words: Mapping[str, str]) -> str:
    return f"CASE {of} " + " ".join(f"WHEN '{key}' THEN '{word}'" for key, word in words.items()) + " END"


# Who answers by their own number as linked, with no other record of the same name and birth: no need to look further.
_KNOWN = """
  SELECT v.id AS citizen, p.id AS person, 1 AS groups, 1 AS definitives, '' AS numbers
  FROM visited v JOIN registry_person p ON p.id = v.person_id
  WHERE {range} AND p.is_standing AND v.cns = p.cns AND (v.cpf = '' OR v.cpf = p.cpf)
    AND NOT EXISTS (
      SELECT FROM registry_person n
      WHERE n.search_name = p.search_name AND n.birth_date = p.birth_date AND n.id <> p.id AND n.is_standing
    )"""
_NOBODY = """
  SELECT 0::bigint AS citizen, 0::bigint AS person, 0 AS groups, 0 AS definitives, '' AS numbers WHERE false"""

# cadsus.decision.decide, read from the top.
_LAST_DAY = temporary.last_day_sql("(SELECT n.assigned_on FROM registry_cns n WHERE n.number = p.cns)")
_LACKS_CPF = {
    CadsusRules.OF_2020: "p.birth_date <= %(adult)s",
    CadsusRules.OF_2025: f"NOT {temporary.stays_on_cns_sql('p')} AND {_LAST_DAY} < %(today)s",
}
# The sentence that each rule set says of it. The last day is asked again, of the few who lack the CPF.
_CPF_SAID = {
    CadsusRules.OF_2020: {"cpf_code": "M14", "cpf_text": "%(m14)s"},
    CadsusRules.OF_2025: {
        "cpf_code": "M51",
        "cpf_text": "replace(%(m51)s, '{data}', (SELECT to_char("  # noqa: S608 -- own columns
        + temporary.last_day_sql("n.assigned_on")
        + ", 'DD/MM/YYYY') FROM registry_cns n WHERE n.number = j.cns))",
    },
}
_OUTCOMES = f"""CASE
      WHEN f.citizen IS NULL THEN {Outcome.NO_CNS}
      WHEN f.groups > 1 THEN {Outcome.SEVERAL}
      WHEN f.definitives > 1 THEN {Outcome.UNIFICATION}
      WHEN NOT p.is_active OR p.cns IS NULL THEN {Outcome.NO_CNS}
      WHEN p.cpf IS NULL AND {{lacks_cpf}} THEN {Outcome.CPF}
      WHEN t.is_refused OR t.other_name OR t.other_mother OR t.other_birth THEN {Outcome.REVENUE}
      WHEN p.deceased_on IS NOT NULL THEN {Outcome.DECEASED}
      WHEN v.status NOT IN ({_texts_of((Status.SYNCHRONIZED, Status.STALE))}) THEN {Outcome.TO_SYNCHRONIZE}
      ELSE {Outcome.EQUAL}
    END"""

# cadsus.services.national.ask first, then decide, then what is written.
_JUDGED = """
WITH visited AS MATERIALIZED (
  SELECT c.id, c.person_id, c.microarea_id, c.establishment_id, c.status, c.synchronized_at, c.search_name,
         c.name, c.mother, c.birth_date, c.sex, c.birth_city_id, c.cpf, c.cns
  FROM cadsus_citizen c
  JOIN territory_establishment e ON e.cnes = c.establishment_id AND e.entity_id = %(entity)s
  WHERE {scope}
), known AS MATERIALIZED ({known}
), asked AS MATERIALIZED (
  SELECT v.id, v.cns, v.cpf, v.search_name, v.birth_date FROM visited v
  WHERE NOT EXISTS (SELECT FROM known k WHERE k.citizen = v.id)
), named AS MATERIALIZED (
  SELECT a.id AS citizen, n.person_id AS person FROM asked a JOIN registry_cns n ON n.number = a.cns WHERE a.cns <> ''
  UNION
  SELECT a.id, p.id FROM asked a JOIN registry_person p ON p.cpf = a.cpf WHERE a.cpf <> ''
), wanted AS (
  SELECT DISTINCT n.citizen, p.search_name, p.birth_date
  FROM named n JOIN registry_person p ON p.id = n.person WHERE p.is_standing
  UNION ALL
  SELECT a.id, a.search_name, a.birth_date FROM asked a
  WHERE a.birth_date IS NOT NULL AND NOT EXISTS (SELECT FROM named n WHERE n.citizen = a.id)
), everybody AS (
  SELECT w.citizen, p.id AS person, p.cns, p.cpf, p.birth_date, n.person IS NOT NULL AS is_owner,
         row_number() OVER (PARTITION BY w.citizen, n.person IS NULL ORDER BY p.id) AS place,
         {fold_name} AS name, nullif(nullif({fold_mother}, ''), 'SEM INFORMACAO') AS mother
  FROM wanted w
  JOIN registry_person p ON p.search_name = w.search_name AND p.birth_date = w.birth_date AND p.is_standing
  LEFT JOIN named n ON n.citizen = w.citizen AND n.person = p.id
), candidates AS (
  -- As many namesakes as the desk asks for.
  SELECT * FROM everybody WHERE is_owner OR place <= {most}
), placed AS (
  -- The same name, birth and mother are one person; who has no mother goes with the first who has.
  SELECT c.*, coalesce(c.mother, (array_agg(c.mother) FILTER (WHERE c.mother IS NOT NULL) OVER (
           PARTITION BY c.citizen, c.name, c.birth_date ORDER BY c.is_owner DESC, c.person
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))[1], '') AS by_mother
  FROM candidates c
), told_apart AS (
  -- Two CPFs are two people; who has none goes with the first who has.
  SELECT p.*, coalesce(p.cpf, (array_agg(p.cpf) FILTER (WHERE p.cpf IS NOT NULL) OVER (
           PARTITION BY p.citizen, p.name, p.birth_date, p.by_mother ORDER BY p.is_owner DESC, p.person
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))[1], '') AS by_cpf
  FROM placed p
), grouped AS (
  SELECT citizen, bool_or(is_owner) AS has_owner, count(cns) AS definitives,
         (array_agg(person ORDER BY cns IS NULL, is_owner DESC, person))[1] AS person,
         string_agg(substr(cns, 1, 3) || ' ' || substr(cns, 4, 4) || ' ' || substr(cns, 8, 4) || ' ' || substr(cns, 12),
                    ', ' ORDER BY is_owner DESC, person) AS numbers
  FROM told_apart GROUP BY citizen, name, birth_date, by_mother, by_cpf
), found AS MATERIALIZED (
  SELECT * FROM known
  UNION ALL
  -- A number tells people apart: namesakes of its owner are nobody's question.
  SELECT g.citizen, min(g.person), count(*)::int, min(g.definitives)::int, min(g.numbers)
  FROM grouped g
  WHERE g.has_owner OR NOT EXISTS (SELECT FROM named n WHERE n.citizen = g.citizen)
  GROUP BY g.citizen
), judged AS (
  SELECT v.id, v.microarea_id, v.establishment_id, v.status, m.mask, f.definitives, f.numbers, f.groups,
         p.id AS person, p.is_active, p.cns, t.situation, t.is_refused, t.other_name, t.other_mother, t.other_birth,
         p.deceased_on >= (v.synchronized_at AT TIME ZONE 'America/Sao_Paulo')::date AS died_since,
         CASE WHEN o.outcome = {o_equal} AND m.mask <> 0 THEN {o_different} ELSE o.outcome END AS outcome
  FROM visited v
  LEFT JOIN found f ON f.citizen = v.id
  LEFT JOIN registry_person p ON p.id = f.person
  LEFT JOIN LATERAL (
    SELECT {situations} AS situation, t.situation IN ({refused}) AS is_refused,
           {other_name} AS other_name, {other_mother} AS other_mother, {other_birth} AS other_birth
    FROM registry_taxrecord t WHERE t.cpf = p.cpf
  ) t ON true
  CROSS JOIN LATERAL (SELECT CASE WHEN p.id IS NULL OR f.groups > 1 THEN 0 ELSE {mask} END AS mask) m
  CROSS JOIN LATERAL (SELECT {outcomes} AS outcome) o
), moved AS MATERIALIZED (
  SELECT j.id, j.microarea_id, j.establishment_id, j.status, j.outcome, j.mask, {moves} AS target,
    CASE j.outcome
      WHEN {o_unification} THEN 'M13' WHEN {o_cpf} THEN '{cpf_code}'
      WHEN {o_revenue} THEN CASE WHEN j.is_refused THEN 'M17' ELSE 'M16' END
      WHEN {o_no_cns} THEN CASE WHEN j.person IS NULL THEN 'M09' WHEN NOT j.is_active THEN 'M40' ELSE 'M12' END
    END AS code,
    CASE j.outcome
      WHEN {o_unification} THEN
        left(replace(replace(%(m13)s, '{{n}}', j.definitives::text), '{{lista}}', j.numbers), 300)
      WHEN {o_cpf} THEN {cpf_text}
      WHEN {o_revenue} THEN CASE
        WHEN j.is_refused THEN replace(%(m17)s, '{{situacao}}', j.situation)
        ELSE replace(%(m16)s, '{{campos}}', concat_ws(', ', CASE WHEN j.other_name THEN %(label_name)s END,
          CASE WHEN j.other_mother THEN %(label_mother)s END, CASE WHEN j.other_birth THEN %(label_birth_date)s END))
        END
      WHEN {o_no_cns} THEN CASE
        WHEN j.person IS NULL THEN %(m09)s WHEN NOT j.is_active THEN %(m40)s ELSE %(m12)s END
    END AS text
  FROM judged j
)"""
_WRITTEN = """, held AS (
  -- In the order in which every other verb locks charts; one that changed at the desk meanwhile stays as it is.
  SELECT c.id, m.target, m.code, m.text FROM moved m JOIN cadsus_citizen c ON c.id = m.id
  WHERE m.target IS NOT NULL AND c.status = m.status
    AND (m.target <> c.status OR m.code <> c.finding OR m.text <> c.finding_text)
  ORDER BY c.id FOR NO KEY UPDATE OF c
), written AS (
  UPDATE cadsus_citizen c
  SET status = h.target, finding = coalesce(h.code, c.finding), finding_text = coalesce(h.text, c.finding_text),
      found_at = CASE WHEN h.code IS NULL THEN c.found_at ELSE %(at)s END,
      found_by_id = CASE WHEN h.code IS NULL THEN c.found_by_id END
  FROM held h WHERE c.id = h.id
), logged AS (
  INSERT INTO {visits} (lot_id, citizen_id, microarea_id, outcome, mask)
  SELECT %(lot)s, j.id, j.microarea_id, j.outcome, j.mask FROM moved j
), counted AS (
  INSERT INTO lots_tally (lot_id, slice_number, establishment_id, microarea_id, outcome, people)
  SELECT %(lot)s, %(slice)s, j.establishment_id, j.microarea_id, j.outcome, count(*)
  FROM moved j GROUP BY j.establishment_id, j.microarea_id, j.outcome
  RETURNING people
)
SELECT coalesce(sum(people), 0) FROM counted
"""
