// Words of the view of reports in no theatre, in French.

import type { part as english } from '../en/unassigned.ts'
import type { Catalogue } from '../language/language.ts'

export const part: Catalogue<typeof english> = {
  unassigned: {
    lead: 'Signalements dont le lieu n’est dans aucun théâtre déclaré, les plus récents d’abord. Ils sont gardés, et aucune règle ne les voit. Déclarez un théâtre qui les contient (tocsin theatres set) et renvoyez-les, ou corrigez leur lieu.',
    count: count => `${count.toLocaleString('fr')} dans les 7 derniers jours.`,
    none: 'Chaque signalement est dans un théâtre.',
    newest: count => `Les ${count.toLocaleString('fr')} plus récents sont listés.`,
    source: 'Source',
    place: 'Lieu',
    why: 'Pourquoi'
  }
}
