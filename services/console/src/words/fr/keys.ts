// Words of the view of keys, in French.

import type { part as english } from '../en/keys.ts'
import type { Catalogue } from '../language/language.ts'

export const part: Catalogue<typeof english> = {
  keys: {
    lead: 'Qui peut faire quoi. Un officier se connecte avec sa propre clé : les autres voient un nom, pas une fonction.',
    none: 'Aucune clé.',
    create: 'Nouvelle clé',
    back: 'Toutes les clés',
    states: {
      valid: 'valide',
      'ends-soon': 'expire bientôt',
      expired: 'expirée',
      revoked: 'révoquée'
    },
    id: 'Identifiant',
    scopes: 'Peut',
    scopeWords: {
      'alerts:read': 'lire les alertes et les incidents',
      'alerts:operate': 'agir sur les alertes, scinder et fusionner des incidents',
      'reports:read': 'lire les signalements',
      'reports:write': 'envoyer, corriger et retirer des signalements',
      'persons:read': 'lire les textes privés des signalements',
      'rules:manage': 'modifier les règles',
      'subscriptions:manage': 'gérer les webhooks',
      'audit:read': 'lire le journal d’audit',
      'metrics:read': 'lire les métriques ; demande tous les théâtres et la diffusion restreinte',
      admin: 'tout, et gérer clés, sources, théâtres et quarantaine'
    },
    theatres: 'Théâtres',
    theatresHint: 'Rien de choisi : tous.',
    all: 'tous',
    handling: 'Habilitation',
    expires: 'Fin',
    never: 'jamais',
    lastUsed: 'Dernier usage',
    notUsed: 'pas encore',
    made: 'Créée',
    by: name => `par ${name}`,
    overlap: 'L’ancien secret reste valide jusqu’à',
    name: 'Nom du titulaire',
    nameHint: 'Tel que les autres le voient : « prise en compte par … ».',
    expiresHint: 'Vide : jamais.',
    make: 'Créer la clé',
    madeKey: name => `La clé de ${name} est créée. Mettez son secret en lieu sûr maintenant.`,
    secretOf: name => `Secret de la clé de ${name}.`,
    secretMore:
      'Son titulaire se connecte à la console avec lui, et l’envoie comme Authorization: Bearer.',
    noScope: 'Choisissez-en au moins un.',
    rotate: 'Nouveau secret',
    rotateAsk: 'L’ancien reste valide 24 heures. En créer un nouveau ?',
    rotateYes: 'Le créer',
    rotated: 'Un nouveau secret est créé.',
    revoke: 'Révoquer',
    revokeAsk: 'Elle prend fin aussitôt et pour toujours, avec ses sessions. La révoquer ?',
    revokeYes: 'La révoquer',
    revoked: 'Révoquée.',
    link: 'Un lien de connexion pour moi',
    linkHow: 'Ouvre une session à votre nom, sur un autre appareil. Il ne sert qu’une fois.',
    linkTitle: 'Lien de connexion.',
    linkMore: minutes => `Valide ${minutes} minutes.`,
    linkOf: 'Lien de connexion pour le titulaire',
    linkOfAsk:
      'Qui l’ouvre agit sous ce nom. Votre nom est consigné comme auteur du lien. En créer un ?',
    linkOfYes: 'Créer le lien',
    linkOfTitle: name => `Lien de connexion pour ${name}.`,
    linked: 'Dernier lien de connexion'
  }
}
