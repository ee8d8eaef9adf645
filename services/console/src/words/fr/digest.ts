// Words of the weekly digest, in French.

import type { part as english } from '../en/digest.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')
const number = (value: number): string =>
  value.toLocaleString('fr', { maximumSignificantDigits: 2 })

export const part: Catalogue<typeof english> = {
  digest: {
    title: 'Bulletin hebdomadaire',
    lead: 'Les régions avec bien plus d’attaques que dans leur semaine habituelle. L’essentiel n’appelle personne.',
    week: 'Semaine du',
    last: 'Dernière semaine entière',
    lasts: 'Cette semaine n’est pas finie.',
    noTheatre: 'Aucun théâtre n’est connu.',
    total: attacks => plural(attacks, 'attaque', 'attaques'),
    usually: usual => `${number(usual)} dans une semaine habituelle`,
    learning: days =>
      `Rien n’est comparé : ${plural(days, 'jour connu', 'jours connus')} avant la semaine, il en faut 84.`,
    base: days => `Habituel : la moyenne des ${days} jours avant la semaine.`,
    table: 'Régions au-dessus de leur habitude',
    none: 'Aucune région n’est nettement au-dessus de son habitude.',
    omitted: count => `et ${plural(count, 'région de plus', 'régions de plus')}`,
    attacks: 'Attaques',
    usual: 'Habituel',
    chance: 'Par hasard',
    trend: '8 dernières semaines',
    weeks: counts => counts.map(count => count.toLocaleString('fr')).join(', '),
    chanceOf: chance =>
      chance >= 0.1 ? 'rien d’inhabituel' : `1 semaine sur ${number(1 / chance)}`,
    notCompared: '–',
    chanceHint:
      'Par hasard : à quel point il est rare qu’une semaine habituelle en ait autant. Sur cent régions, une au plus est listée par hasard.',
    situations: 'Situations',
    noSituations: 'Aucune situation en cours.',
    budgetTitle: 'Fausses alertes',
    allowed: 'Admises par an',
    spent: 'Comptées dans la dernière année, selon les alertes',
    judged: 'Jugées dans la dernière année',
    budgetHint:
      'Le budget compte le hasard aux rythmes habituels, comme si les attaques n’en entraînaient pas d’autres. Il ne compte pas les signalements erronés.'
  }
}
