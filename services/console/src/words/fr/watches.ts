// Words of rosters, in French.

import type { part as english } from '../en/watches.ts'
import type { Catalogue } from '../language/language.ts'

export const part: Catalogue<typeof english> = {
  watches: {
    lead: 'Qui est de veille, et quand. Un abonnement qui suit un tableau est prévenu tant qu’une veille le nomme. Quand personne de la veille ne peut être joint, tous ceux qui suivent le tableau sont prévenus.',
    create: 'Nouveau tableau',
    back: 'Tous les tableaux',
    none: 'Aucun tableau. Créez-en un pour dire qui est de veille.',
    gone: 'Ce tableau a été supprimé.',
    standings: {
      reached: 'Quelqu’un est de veille',
      unheard:
        'L’officier de veille n’est pas joignable : tous ceux qui suivent le tableau sont prévenus',
      untold: 'De veille, mais aucun abonnement ne suit ce tableau : personne n’est prévenu',
      nobody: 'Personne n’est de veille : tous ceux qui suivent le tableau sont prévenus',
      unfollowed: 'Personne n’est de veille, et aucun abonnement ne suit ce tableau'
    },
    on: 'De veille',
    nobody: 'personne',
    until: (officer, time, left) => `${officer} jusqu’à ${time}, encore ${left}`,
    next: 'Ensuite',
    from: (officer, time) => `${officer} à partir de ${time}`,
    noneNext: 'personne n’est prévu',
    hole: 'Personne n’est prévu',
    holeFrom: time => `à partir de ${time}`,
    holeBetween: (from, to) => `de ${from} à ${to}`,
    handling: 'Diffusion',
    note: 'Transmis',
    thisWeek: 'Cette semaine',
    calendar: 'Calendrier (.ics)',
    today: 'aujourd’hui',
    long: 'Plus d’un jour',
    gap: (from, to) => `Trou : de ${from} à ${to}.`,
    gapMeans: 'Personne n’est prévu : une alerte va à tous les abonnements qui suivent ce tableau.',
    gapOf: hours => `Trou, ${hours}`,
    fillGap: 'Combler le trou',
    steps: 'Prévenus pendant cette veille',
    noSteps: 'Personne n’est de veille.',
    now: 'Maintenant',
    hours: 'Heures de la semaine',
    all: count => `Toutes les veilles, avec abonnements et notes (${count})`,
    noShifts: 'Aucune veille en cours ou prévue.',
    shiftMarks: { on: 'en cours', ahead: 'prévue', over: 'passée' },
    span: (from, to) => `de ${from} à ${to}`,
    notFollowing: 'ne suit pas ce tableau, donc n’est pas prévenu par lui',
    handOverHow: 'La veille en cours finit maintenant, et celle-ci commence.',
    relieves: 'Qui est relevé',
    relievesWhom: 'Choisir : plusieurs sont de veille',
    handedOver: officer => `Relève passée : ${officer} est de veille.`,
    titles: {
      change: 'Modifier',
      shift: 'Veille',
      'hand-over': 'Passer la relève',
      rotation: 'Roulement'
    },
    go: {
      change: 'Enregistrer',
      shift: 'Enregistrer la veille',
      'hand-over': 'Passer la relève maintenant',
      rotation: 'Planifier ces veilles'
    },
    addShift: 'Ajouter une veille',
    rotate: 'Ajouter un roulement',
    overHours: 'plus de 48 h',
    changed: 'Modifié.',
    made: 'Tableau créé. Les abonnements le suivent par leur politique ; les veilles peuvent alors les nommer.',
    withdraw: 'Supprimer',
    withdrawAsk: 'Les abonnements qui le suivent seront dès lors prévenus aussitôt. Le supprimer ?',
    withdrawn: 'Supprimé.',
    newer: on => `Ce tableau a changé depuis l’ouverture du formulaire. De veille : ${on}.`,
    form: {
      name: 'Nom',
      handling: 'Qui peut le voir',
      handlingHint: 'Il nomme des officiers. Vous le voyez toujours.',
      handlingUsual: 'interne, comme d’habitude',
      officer: 'Officier',
      from: 'De (UTC)',
      until: 'À (UTC)',
      untilHint: 'Au plus 31 jours.',
      note: 'Note',
      dropShift: 'Retirer cette veille',
      officers: 'Officiers',
      officersHint: 'Un par ligne, dans l’ordre de leurs tours.',
      hours: 'Heures d’une veille',
      everyHours: 'Une veille commence toutes les … heures',
      everyHoursHint: '24 : une par jour, à la même heure.',
      inRow: 'Veilles de suite',
      inRowHint: 'Avant l’officier suivant.',
      replaces: 'Remplacer ce qui est prévu dans ce temps',
      plans: count =>
        count === 0
          ? 'Rien n’est encore prévu.'
          : `Prévoit ${count} ${count === 1 ? 'veille' : 'veilles'} :`,
      linesHint: 'Ils sont prévenus pendant la veille, tous à la fois ; au moins un.',
      makeLine: 'Créer un abonnement pour ce tableau',
      linesFirst:
        'Créez d’abord le tableau et faites-le suivre par des abonnements : les veilles pourront alors les nommer.',
      noLines: 'Une veille veut un abonnement, et aucun des vôtres ne suit encore ce tableau.',
      create: 'Créer le tableau'
    }
  }
}
