// Words of the map beside the list, in French.

import type { part as english } from '../en/map.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')
const alerts = (count: number): string => plural(count, 'alerte', 'alertes')

export const part: Catalogue<typeof english> = {
  map: {
    overview:
      'Carte des alertes de la liste, qui dit la même chose. Un nombre compte les alertes proches les unes des autres.',
    evidence: 'Carte des éléments, dont la liste ci-dessous dit la même chose',
    off: (byCountry, nowhere) => {
      const country = byCountry === 0 ? [] : [`${alerts(byCountry)} dont seul le pays est connu`]
      const none = nowhere === 0 ? [] : [`${alerts(nowhere)} sans lieu`]
      return `Hors de la carte : ${[...country, ...none].join(', ')}. La liste les a.`
    },
    loading: 'Chargement de la carte…',
    drawing: 'Dessin de la carte…',
    notLoaded:
      'La carte n’a pas pu être chargée : la liaison est lente ou coupée. La liste dit tout ce qu’elle dirait.',
    notDrawn: 'La carte ne peut pas être affichée ici. La liste dit tout ce qu’elle dirait.',
    faulty:
      'La carte a un défaut. La liste dit tout ce qu’elle dirait. Prévenez qui exploite Tocsin.',
    notOnPaper:
      'La carte n’était pas dessinée à l’impression : elle l’est quand on la fait défiler. La liste dit tout ce qu’elle dirait.',
    again: 'Réessayer',
    attribution: 'Natural Earth · GeoNames (CC BY 4.0)',
    tools: {
      nearer: 'Agrandir',
      farther: 'Réduire',
      all: 'Afficher toutes les alertes',
      incidents: 'Incidents'
    },
    elsewhere: n => `${n.toLocaleString('fr')} ailleurs : tout afficher`,
    incident: 'Incident',
    extents: 'Lieu exact inconnu',
    distance: metres =>
      metres >= 1_000 ? `${(metres / 1_000).toLocaleString('fr')} km` : `${metres} m`,
    alert: (severity, headline, place) => `${severity} : ${headline} (${place})`,
    card: {
      changed: wait => `dernier changement il y a ${wait}`,
      incidents: n => plural(n, 'incident', 'incidents'),
      others: n => `et ${plural(n, 'autre alerte', 'autres alertes')} ici`
    }
  }
}
