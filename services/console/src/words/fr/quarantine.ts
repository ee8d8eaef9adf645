// Words of the view of the quarantine, in French.

import type { part as english } from '../en/quarantine.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')

export const part: Catalogue<typeof english> = {
  quarantine: {
    lead: 'Des octets d’un journal qu’aucune version de Tocsin ne sait lire. Ils n’arrêtent rien, et sont gardés jusqu’à ce que quelqu’un mette à leur place un signalement réparé ou les écarte. Un signalement refusé à l’envoi n’est pas ici : son auteur a su pourquoi.',
    show: 'Afficher',
    states: { open: 'À traiter', settled: 'Traités', all: 'Tous' },
    none: {
      open: 'Rien à traiter.',
      settled: 'Rien n’a encore été traité.',
      all: 'Rien n’a encore été mis de côté.'
    },
    entry: (topic, partition, position) => `${topic}, partition ${partition}, position ${position}`,
    back: 'Toute la quarantaine',
    why: 'Pourquoi',
    reasons: {
      'not-utf8': 'ce n’est pas du texte (pas de l’UTF-8)',
      'not-json': 'ce n’est pas du JSON',
      'not-an-envelope': 'c’est du JSON, mais pas un enregistrement du journal',
      'data-invalid': 'le contenu ne suit pas le schéma de son type',
      'unknown-type': 'aucune version ne connaît son type'
    },
    size: 'Taille',
    bytes: (count, truncated) =>
      `${plural(count, 'octet', 'octets')}${truncated ? ', coupés là' : ''}`,
    engine: 'Lu par',
    at: 'Mis de côté',
    settled: 'Traité',
    open: 'à traiter',
    replayed: 'remplacé par un signalement',
    dismissed: 'écarté',
    by: name => `par ${name}`,
    report: 'Signalement',
    content: 'Les octets',
    binary: 'Ce n’est pas du texte. En base64 :',
    hidden:
      'Les octets sont montrés aux clés qui peuvent tout voir : admin et persons:read, tous les théâtres, toute diffusion.',
    mend: 'Mettre un signalement réparé à leur place',
    mendHow: 'Il est accepté comme un autre. À côté, ce qui a pu être sauvé des octets.',
    mendLabel: 'Signalement, en JSON ou YAML',
    go: 'Remplacer par ce signalement',
    accepted: id => `Accepté : signalement ${id}. L’entrée est traitée.`,
    typedSince:
      'Ce qui a été saisi et pas envoyé. L’entrée est traitée sans cela : copiez-le si vous en avez besoin.',
    dropTyped: 'Je n’en ai pas besoin',
    notAReport: topic =>
      `Des octets de ${topic} ne sont pas un signalement et ne peuvent être remplacés par un. Ils peuvent être écartés.`,
    dismiss: 'Écarter',
    dismissAsk: 'L’entrée sera traitée sans remplacement. L’écarter ?',
    dismissYes: 'L’écarter',
    gone: 'Cette entrée n’existe pas, ou sa durée est passée.',
    older: 'Plus anciennes'
  }
}
