// Words of what administrators change, in French: theatres and sources, and who changed what.

import type { part as english } from '../en/administration.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')

export const part: Catalogue<typeof english> = {
  administration: {
    theatres: {
      lead: 'Un théâtre est une zone avec sa propre horloge et ses règles. Les théâtres ne se recouvrent pas. Un changement de zone vaut pour les signalements à venir.',
      create: 'Nouveau théâtre',
      back: 'Tous les théâtres',
      save: 'Enregistrer le théâtre',
      saved: id => `Enregistré : ${id}.`,
      outside: count =>
        `${plural(count, 'signalement', 'signalements')} des 7 derniers jours hors de tout théâtre.`,
      none: 'Aucun théâtre.',
      covers: 'Zone',
      now: 'Heure',
      budget: 'Fausses alertes par an',
      id: 'Identifiant',
      idHint: 'Minuscules, chiffres, traits d’union et soulignés.',
      countries: 'Pays',
      countriesHint: 'Aucun si un polygone est donné.',
      polygon: 'Polygone',
      polygonHint: 'GeoJSON, ou ses anneaux de [lon, lat].',
      clock: 'Horloge',
      clockHint: 'Elle ne peut plus changer ensuite.',
      clocks: { wall: 'celle de la machine', replay: 'rejeu' },
      retentionDays: 'Jours gardés',
      retentionDaysHint: 'Jusqu’où un signalement peut encore changer des alertes. Vide : 820.'
    },
    sources: {
      create: 'Nouvelle source',
      back: 'Toutes les sources',
      save: 'Enregistrer la source',
      saved: id => `Enregistrée : ${id}.`,
      id: 'Identifiant',
      idHint: 'Comme dans ses signalements.',
      reliability: 'Fiabilité',
      cadenceDays: 'Rythme habituel (jours)',
      cadenceDaysHint: 'Sans signalement plus longtemps, elle compte comme muette.',
      latenessDays: 'Retard habituel (jours)',
      archive: 'Une archive : ne compte jamais comme muette',
      reporters: 'Signalements par',
      reportersHint: 'Identifiants de clés, séparés par des virgules. Vide : tout le monde.'
    },
    audit: {
      lead: 'Qui a changé quoi, le plus récent d’abord.',
      of: 'De',
      ofs: { administration: 'réglages', alerts: 'alertes' },
      by: 'Par',
      subject: 'Identifiant',
      byHint: 'Nom ou identifiant d’une clé.',
      find: 'Afficher',
      none: 'Rien n’a changé.',
      older: 'Plus anciens',
      itself: 'Tocsin',
      handedOver: (from, to) => (from === null ? `à ${to}` : `de ${from} à ${to}`),
      columns: { at: 'Quand', by: 'Qui', type: 'Quoi', subject: 'De' },
      types: {
        'theatre.declared': 'théâtre modifié',
        'theatre.time-set': 'heure du théâtre réglée',
        'source.declared': 'source modifiée',
        'rule.declared': 'règle publiée',
        'rule.withdrawn': 'règle supprimée',
        'key.created': 'clé créée',
        'key.rotated': 'secret de clé changé',
        'key.revoked': 'clé révoquée',
        'key.link-made': 'lien de connexion créé',
        'subscription.created': 'abonnement créé',
        'subscription.updated': 'abonnement modifié',
        'subscription.deleted': 'abonnement supprimé',
        'subscription.consented': 'abonnement confirmé',
        'silence.created': 'sourdine créée',
        'silence.ended': 'sourdine terminée',
        'watch.declared': 'tableau de veille modifié',
        'watch.withdrawn': 'tableau de veille supprimé',
        'watch.handed-over': 'relève passée',
        'view.saved': 'vue enregistrée',
        'view.deleted': 'vue supprimée',
        'webhook-key.rotated': 'clé des webhooks changée',
        'report.erasure-requested': 'signalement effacé',
        'session.ended': 'session terminée',
        'alert.acknowledged': 'prise en compte',
        'alert.acknowledgement-lapsed': 'prise en compte expirée',
        'alert.assigned': 'attribuée',
        'alert.commented': 'commentée',
        'alert.responded': 'suite consignée',
        'alert.response-corrected': 'suite corrigée',
        'alert.answered': 'prise en charge par un partenaire',
        'alert.action-refused': 'action refusée',
        'alert.resolved': 'close',
        'alert.reopened': 'rouverte'
      }
    }
  }
}
