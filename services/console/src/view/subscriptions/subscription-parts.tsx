// What the forms of a new subscription and of a change share.

import { distinctNames } from '../../records/roster.ts'
import {
  eventTypes,
  type SubscriptionDraft,
  subscriptionFields,
  subscriptionKinds,
  withKind
} from '../../records/subscription.ts'
import type { Form } from '../../state/form-draft.ts'
import { watches } from '../../state/watches.ts'
import { eventWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { ChoiceField } from '../parts/controls.tsx'
import { collectOptions, type Option, type OptionLists } from '../parts/option-lists.ts'

export function subscriptionParts(form: Form<SubscriptionDraft>) {
  const { form: told, orders, order } = words.subscriptions
  const { policies, filters } = words
  const { kind, seen } = form.typed.value
  const isNew = seen === null
  const kinds = subscriptionKinds.map((code): Option => [code, told.kinds[code] ?? code])
  const hints = isNew
    ? { urlHint: kind === 'webhook' ? told.urlHint : '' }
    : { urlHint: told.urlKept, tokenHint: told.secretKept, routingKeyHint: told.secretKept }
  const texts = { ...filters.byName, ...told.destination, ...told, ...policies, order }
  return {
    table: subscriptionFields,
    told: {
      ...texts,
      ...hints,
      quietHours: policies.hasQuietHours,
      urlExample: told.urlExamples[kind] ?? told.urlExample
    },
    lists: makeLists(form.typed.value.watch, orders),
    own: isNew
      ? {
          kind: (
            <ChoiceField
              key="kind"
              form={form}
              name="kind"
              told={{ kind: told.kind, kindHint: told.kindHints[kind] ?? '' }}
              options={kinds}
              changes={code => withKind(form.typed.peek(), code)}
            />
          )
        }
      : {}
  }
}

function makeLists(watch: string, orders: Readonly<Record<string, string>>): OptionLists {
  const { policies } = words
  const { any, noticeKinds } = words.subscriptions.form
  const rosters = distinctNames(watches.state.value.body?.items ?? [])
  const isKnown = watch === '' || rosters.some(({ id }) => id === watch)
  return {
    minSeverity: [['', any], ...collectOptions('leastSeverities', {})],
    order: Object.entries(orders),
    telling: Object.entries(policies.tellings),
    stories: Object.entries(policies.storyWords),
    types: eventTypes.map(code => [code, eventWords(code)]),
    notices: Object.entries(noticeKinds),
    timeZone: ['', ...Intl.supportedValuesOf('timeZone')].map(zone => [zone, zone]),
    watch: [
      ['', policies.noWatch],
      ...rosters.map(({ id, name }): Option => [id, name]),
      ...(isKnown ? [] : [[watch, policies.unknownWatch(watch)] as const])
    ]
  }
}
