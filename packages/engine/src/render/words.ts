// Words around those of the rules, by language.

import type { Language } from '../rules/definition.ts'

interface FixedWords {
  readonly drill: string
  readonly noDrill: string
  readonly retracted: string
  readonly uncertainCount: string
  readonly theatre: string
  readonly unknownPlace: string
  readonly now: string
  /** For a list of names without any. */
  readonly none: string
  /** Templates. */
  readonly incidents: string
  readonly interval: string
  readonly doubt: string
  readonly crowd: string
  readonly ends: string
  readonly range: string
  readonly atLeast: string
  readonly unknownNumber: string
  readonly days: string
  readonly entry: string
  readonly level: string
  readonly onDay: string
  readonly betweenDays: string
}

export const fixedWords: Readonly<Record<Language, FixedWords>> = {
  en: {
    drill: 'EXERCISE: ',
    noDrill: 'NOT A DRILL: ',
    retracted: 'Retracted: ',
    uncertainCount: 'COUNT UNCERTAIN: ',
    theatre: 'the theatre',
    unknownPlace: 'an unknown place',
    now: 'now',
    none: 'none',
    incidents: 'The alert rests on {count} {count:incident|incidents}, from {from} on.',
    interval: '{count} {count:incident is|incidents are} known only to lie between two days.',
    doubt: '{count} of them may be {count:another|others} of them: no dead are counted twice.',
    crowd:
      '{count} of them {count:is|are} out of a crowd of reports of one place and time: an event and its dead may count several times.',
    ends: 'End of the alert: {ends}.',
    range: '{low} to {high}',
    atLeast: 'at least {low}',
    unknownNumber: 'an unknown number',
    days: '{count} {count:day|days}',
    entry: 'entry',
    level: 'level {count}',
    onDay: 'on {from}',
    betweenDays: 'between {from} and {to}'
  },
  fr: {
    drill: 'EXERCICE : ',
    noDrill: 'CECI N’EST PAS UN EXERCICE : ',
    retracted: 'Annulée : ',
    uncertainCount: 'NOMBRE INCERTAIN : ',
    theatre: 'l’ensemble du théâtre',
    unknownPlace: 'un lieu inconnu',
    now: 'ce jour',
    none: 'néant',
    incidents: 'L’alerte repose sur {count} {count:incident|incidents}, à partir du {from}.',
    interval: '{count} {count:incident n’est connu|incidents ne sont connus} qu’entre deux jours.',
    doubt:
      '{count} d’entre eux {count:peut être un autre|peuvent être d’autres} : aucun mort n’est compté deux fois.',
    crowd:
      '{count} d’entre eux {count:vient|viennent} d’une foule de signalements d’un même lieu et moment : un événement et ses morts peuvent compter plusieurs fois.',
    ends: 'Fin de l’alerte : {ends}.',
    range: '{low} à {high}',
    atLeast: 'au moins {low}',
    unknownNumber: 'un nombre inconnu',
    days: '{count} {count:jour|jours}',
    entry: 'début',
    level: 'niveau {count}',
    onDay: 'le {from}',
    betweenDays: 'entre le {from} et le {to}'
  }
}
