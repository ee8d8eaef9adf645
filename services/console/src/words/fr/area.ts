// Words of the page of an area, and of the lists of incidents and reports, in French.

import type { part as english } from '../en/area.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')
const number = (count: number): string => count.toLocaleString('fr')

export const part: Catalogue<typeof english> = {
  area: {
    lead: 'D’abord les zones avec des alertes ouvertes, puis celles qui ont le plus d’incidents sur la durée choisie.',
    allAreas: 'Zones',
    neighbours: 'Zones voisines',
    columns: { openAlerts: 'Alertes ouvertes', incidents: 'Incidents' },
    listLeads: {
      incidents: 'Incidents formés à partir de signalements, les derniers modifiés d’abord.',
      reports: 'Signalements d’incidents, les plus récents d’abord.'
    },
    place: 'Lieu',
    placeHint: 'Région, pays ou théâtre',
    noSuchPlace: 'Aucune région, aucun pays ni théâtre ne porte ce nom. Choisissez dans la liste.',
    category: 'Catégorie',
    source: 'Sources',
    outcome: 'Résultat',
    all: 'toutes',
    file: 'Exporter en CSV',
    titles: {
      1: 'Incidents par jour et par catégorie',
      7: 'Incidents par semaine et par catégorie',
      30: 'Incidents par 30 jours et par catégorie'
    },
    span: (from, to) => `du ${from} au ${to}`,
    others: 'Autres',
    described: (count, from, to, kinds) =>
      `${plural(count, 'incident', 'incidents')} du ${from} au ${to} : ${kinds}.`,
    kind: (name, count) => `${name} ${number(count)}`,
    unsure: count => `Jour incertain : ${number(count)}`,
    notAll: count => `Seuls les ${number(count)} derniers modifiés sont montrés.`,
    noAlerts: 'Aucune alerte sur cette durée.',
    moreAlerts: count => `${number(count)} de plus`,
    band: (from, to, status) => `du ${from} au ${to}, ${status}`,
    incidents: count => (count < 2 ? 'incident' : 'incidents'),
    before: count => `${number(count)} sur autant de jours avant`,
    deaths: 'morts, au moins',
    alertCount: (all, open) =>
      `${all < 2 ? 'alerte' : 'alertes'}, ${plural(open, 'ouverte', 'ouvertes')}`,
    newest: (shown, all) =>
      shown === all ? 'derniers modifiés d’abord' : `les ${shown} derniers modifiés`,
    whole: 'Tous les incidents',
    reportCount: count => plural(count, 'signalement', 'signalements'),
    map: place => `Carte : ${place}`,
    lists: 'Liste',
    listNames: { incidents: 'Liste des incidents', reports: 'Signalements' },
    outcomes: {
      counted: 'dans un incident',
      withdrawn: 'retiré',
      drill: 'exercice',
      'no-theatre': 'hors de tout théâtre'
    },
    noTheatre: {
      lead: 'Signalements dont le lieu n’est dans aucun théâtre déclaré, les plus récents d’abord. Ils sont gardés, et aucune règle ne les voit. Déclarez un théâtre qui les contient (tocsin theatres set) et renvoyez-les, ou corrigez leur lieu.',
      count: count => `${number(count)} dans les 7 derniers jours.`,
      none: 'Chaque signalement est dans un théâtre.',
      newest: count => `Les ${number(count)} plus récents sont listés.`,
      why: 'Pourquoi'
    },
    deathsOf: deaths => `morts : ${deaths}`,
    credibility: credibility => `crédibilité ${credibility}`,
    none: 'Rien ne correspond. Les signalements manquent peut-être.',
    older: 'Voir la suite'
  }
}
