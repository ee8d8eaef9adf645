// Words of the shift report, in French.

import type { part as english } from '../en/shift-report.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')

export const part: Catalogue<typeof english> = {
  shiftReport: {
    since: 'Depuis (UTC)',
    sinceRefused: 'Ce n’est pas une heure, ou elle est à venir : voici la dernière veille.',
    gap: time => `Depuis que cette page n’était plus en direct (${time})`,
    hours: count => `${count} dernières h`,
    again: 'Actualiser',
    newer: count =>
      `${plural(count, 'alerte a changé', 'alertes ont changé')} depuis ce compte rendu.`,
    copy: 'Copier en texte',
    copied: 'Copié',
    notCopied: 'Le navigateur a bloqué la copie. Sélectionnez le texte ci-dessous.',
    asText: 'En texte',
    nextLink: 'Copier le lien du prochain compte rendu',
    handOver: 'Passer la relève',
    note: 'À la veille suivante',
    counts: {
      unacknowledged: 'à prendre en compte',
      extreme: 'extrêmes en cours',
      new: 'nouvelles',
      escalated: 'aggravées',
      resolved: 'closes',
      median: 'médiane de prise en compte'
    },
    parts: {
      needed: 'Demande quelqu’un maintenant',
      inHand: 'En charge',
      others: 'Autres changements',
      over: 'Closes'
    },
    tags: {
      new: 'Nouvelle',
      escalated: 'Aggravée',
      acknowledged: 'Prise en compte',
      done: 'Suite',
      partner: 'Partenaire',
      resolved: 'Close',
      retracted: 'Annulée',
      changed: 'Mise à jour'
    },
    noChange: 'Sans changement',
    none: 'Aucune.',
    unchanged: count =>
      `${plural(count, 'autre alerte en cours', 'autres alertes en cours')} sans changement.`,
    more: (next, left) =>
      `Afficher ${next.toLocaleString('fr')} de plus sur ${left.toLocaleString('fr')} (le texte a tout)`,
    notMade: 'Le compte rendu n’a pas pu être établi : Tocsin n’a pas répondu.',
    omitted: count =>
      `${plural(count, 'alerte moins grave est omise', 'alertes moins graves sont omises')}.`,
    machineClock: {
      slow: by =>
        `L’horloge du poste où ceci a été fait retarde de ${by} sur celle de Tocsin. Les heures sont celles de Tocsin.`,
      fast: by =>
        `L’horloge du poste où ceci a été fait avance de ${by} sur celle de Tocsin. Les heures sont celles de Tocsin.`
    },
    stale: time =>
      `La page n’était pas en direct : ceci date de ${time}, et la suite manque peut-être.`,
    behind: time =>
      `Tocsin avait du retard : ceci date de ${time}. Les signalements arrivés depuis n’étaient peut-être pas examinés.`,
    aroundParts: { watches: 'De veille', sources: 'Sources muettes', silences: 'Sourdines' },
    grave: 'ATTENTION :',
    around: {
      watch: (name, standing) => `${name} : ${standing}`,
      on: (officer, until) => `${officer} est de veille jusqu’à ${until}`,
      nobodyOn: 'personne n’est de veille',
      unheard: 'l’officier de veille n’est pas joignable',
      next: (officer, from) => `ensuite ${officer}, à partir de ${from}`,
      noNext: 'personne n’est prévu ensuite',
      cameOn: ({ name, officer, at, note }) =>
        `${name} : ${officer} a pris la veille à ${at}${note === null ? '' : ` : ${note}`}`,
      silent: ({ id, theatre, last, quiet, isNew }) =>
        `${id} (${theatre}) ${isNew ? 's’est tue pendant ce temps' : 'est toujours muette'} : son dernier signalement date d’il y a ${quiet}, ${last}`,
      silenceHolds: ({ what, by, reason, until, isNew }) =>
        `${isNew ? 'Nouveau : en' : 'En'} sourdine jusqu’à ${until} : ${what} (${by} : ${reason})`,
      silenceBegins: ({ what, by, reason, at, until }) =>
        `Sera en sourdine de ${at} à ${until} : ${what} (${by} : ${reason})`,
      silenceEnded: ({ what, by, reason, at }) =>
        `Sourdine terminée à ${at} : ${what} (${by} : ${reason})`
    },
    aroundNotTold: lists => `Pas chargé, et manquant ici : ${lists.join(' ; ')}.`,
    notNotified: 'personne n’est prévenu',
    dead: count => `${count} ${/(?:^| )[01]$/.test(count) ? 'mort' : 'morts'}`,
    drill: 'EXERCICE'
  }
}
