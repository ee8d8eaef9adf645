// Words of the board as it was, in French.

import type { part as english } from '../en/past-board.ts'
import type { Catalogue } from '../language/language.ts'

export const part: Catalogue<typeof english> = {
  pastBoard: {
    lead: 'Les alertes ouvertes à un moment passé, la plus grave d’abord, chacune dans son état d’alors. L’ouvrir montre son état actuel et ses mises à jour.',
    at: time => `Ouvertes le ${time}`,
    time: 'Heure, UTC',
    hours: count =>
      `${Math.abs(count) === 24 ? '1 jour' : '1 heure'} ${count < 0 ? 'plus tôt' : 'plus tard'}`,
    none: 'Aucune alerte n’était ouverte.',
    more: 'Autres alertes'
  }
}
