// Words of the view of sources, in French.

import type { part as english } from '../en/sources.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')

export const part: Catalogue<typeof english> = {
  sourcesView: {
    lead: 'Une source muette ne veut pas dire une région calme.',
    unknown: 'Les sources ne sont pas encore connues, ou pas dites à votre clé.',
    asOf: time => `Ceci date de ${time} : on ne sait pas qui a été entendu ou s’est tu depuis.`,
    none: 'Aucune source déclarée. Les signalements de sources non déclarées sont acceptés, mais leur silence ne se remarque pas.',
    counts: (silent, live, unheard, archives) =>
      `${plural(silent, 'muette', 'muettes')}, ${plural(live, 'entendue', 'entendues')}, ${plural(unheard, 'jamais entendue', 'jamais entendues')}, ${plural(archives, 'archive', 'archives')}.`,
    notToldHeard: count =>
      `${plural(count, 'source est déclarée', 'sources sont déclarées')}. Quand chacune a été entendue n’est dit qu’aux officiers et administrateurs qui peuvent voir ce qui est interne.`,
    states: { silent: 'Muette', live: 'Entendue', unheard: 'Jamais entendue', archive: 'Archive' },
    state: 'État',
    source: 'Source',
    aDay: 'Signalements par jour, 90 jours',
    inDays: (reports, days) =>
      `${plural(reports, 'signalement', 'signalements')} en ${plural(days, 'jour', 'jours')}`,
    inNone: count =>
      `${plural(count, 'signalement', 'signalements')} hors théâtre, dans les 7 derniers jours.`,
    noRule: 'Aucune règle ne les lit.',
    seeReports: 'Voir les signalements',
    last: 'Dernier signalement',
    never: 'Aucun encore',
    quiet: 'Muette depuis',
    rhythm: 'Rythme habituel',
    lateness: 'Retard habituel',
    days: days => plural(days, 'jour', 'jours'),
    reliability: 'Fiabilité',
    reliabilities: {
      A: 'A fiable',
      B: 'B habituellement fiable',
      C: 'C assez fiable',
      D: 'D rarement fiable',
      E: 'E pas fiable',
      F: 'F ne peut être jugée'
    },
    noRhythm: 'aucun',
    reporters: names => `Signalements par ${names}`
  }
}
