// Words of silences, in French.

import type { part as english } from '../en/silences.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')

export const part: Catalogue<typeof english> = {
  silences: {
    lead: 'Pour un temps, les alertes visées sont retenues devant les webhooks qui ont une politique. Rien n’est perdu : ce qui tient encore à la fin est alors envoyé. Listes, page et flux ne sont pas en sourdine.',
    create: 'Nouvelle sourdine',
    editTitle: 'Modifier la sourdine',
    editLead: 'Elle remplace celle qui est en cours, qui finit dès que celle-ci est créée.',
    edit: 'Modifier…',
    extend: 'Prolonger de 1 h',
    bothStand:
      'La précédente n’a pas pu être terminée : les deux sont en cours. Terminez-la dans la liste.',
    wouldHold: (count: number) =>
      count === 0
        ? 'Elle ne vise aucune alerte ouverte.'
        : `Elle vise ${plural(count, 'alerte ouverte', 'alertes ouvertes')} :`,
    wouldHoldMore: (count: number) => `et ${count.toLocaleString('fr')} de plus`,
    back: 'Toutes les sourdines',
    none: 'Rien n’est en sourdine.',
    over: 'Terminées dans la dernière semaine',
    noneOver: 'Aucune.',
    states: {
      holding: 'retient',
      unbacked: 'ne retient rien : la clé qui l’a créée n’est plus valide',
      'matches-nothing': 'ne vise rien en ce moment',
      waiting: 'commence plus tard',
      over: 'terminée'
    },
    what: 'Vise',
    oneAlert: 'une alerte',
    untold: 'pas dit à vous',
    everything: 'toutes les alertes',
    where: 'Devant',
    oneSubscription: 'un abonnement, qui ne vous est pas dit',
    allSubscriptions: 'tous les abonnements avec une politique',
    reason: 'Motif',
    by: 'Par',
    age: 'Âge',
    begins: 'Début',
    ends: 'Fin',
    left: age => `, dans ${age}`,
    ended: 'Terminée',
    matches: 'Alertes en cours visées',
    extreme: 'alertes extrêmes aussi',
    end: 'Y mettre fin',
    endAsk: 'Ce qu’elle retient et qui tient encore est envoyé maintenant. Y mettre fin ?',
    endYes: 'Mettre fin maintenant',
    endDone: 'Terminée. Ce qu’elle retenait part en dix secondes.',
    made: 'Mis en sourdine.',
    ofAlert: 'Sourdine…',
    omitted: filters =>
      `La liste est filtrée par autre chose : ${filters.join(' ; ')}. Une sourdine ne peut le reprendre : elle vise toute alerte qui passe ce qui suit.`,
    form: {
      alert: 'Cette alerte seule',
      dropAlert: 'Plutôt ce qu’un filtre vise',
      startsAt: 'Début (UTC)',
      startsAtHint: 'Vide : maintenant.',
      minutes: 'Durée, minutes',
      minutesHint: 'Au plus 30 jours, soit 43200. Elle finit d’elle-même.',
      reason: 'Motif',
      reasonHint: 'Ceux dont les alertes sont retenues peuvent le lire.',
      subscriptionId: 'Retenues devant',
      subscriptionIdHint:
        'Devant tous les abonnements, un officier peut mettre une alerte en sourdine, un administrateur davantage.',
      includesExtreme: 'Les alertes extrêmes aussi',
      includesExtremeHint: 'Si la case est vide, les alertes extrêmes sont envoyées quand même.',
      go: 'Mettre en sourdine'
    }
  }
}
