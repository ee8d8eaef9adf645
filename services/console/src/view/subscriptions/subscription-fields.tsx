// The fields of a subscription, for a new one and for a change: where it goes, what it is sent, and
// when.

import { severities } from '../../shown/shown-alert.ts'
import { watches } from '../../state/webhooks/watches.ts'
import { hasAddress, hasHeartbeats, kindFields } from '../../upkeep/destination-draft.ts'
import {
  chooseKind,
  hasDigest,
  noticeKinds,
  noticesWith,
  type SubscriptionDraft
} from '../../upkeep/subscription-draft.ts'
import { distinctNames } from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'
import {
  type Bound,
  Check,
  CheckField,
  ChoiceField,
  FieldGroup,
  NumberField,
  TextField
} from '../parts/controls.tsx'
import { faultIn } from '../parts/form.tsx'

interface FieldsProps {
  readonly form: Bound<SubscriptionDraft>
  /** It exists: its kind stays, and its secrets are not shown. */
  readonly isChange?: boolean
}

const severityWords = () => severities.map(each => [each, words.severities[each]] as const)

export function SubscriptionFields({ form, isChange = false }: FieldsProps) {
  const { form: told, orders, order, minSeverityWords } = words.subscriptions
  const { kind, notices } = form.typed.value
  return (
    <>
      <Destination form={form} isChange={isChange} />
      <ChoiceField
        form={form}
        name="minSeverity"
        told={told}
        at="filter/minSeverity"
        options={[
          ['', told.any],
          ...severityWords().map(([code, said]) => [code, minSeverityWords(said)] as const)
        ]}
      />
      {(['country', 'pattern', 'theatre'] as const).map(name => (
        <TextField key={name} form={form} name={name} told={told} at={`filter/${name}`} />
      ))}
      <TextField form={form} name="types" told={told} />
      <ChoiceField form={form} name="order" told={{ order }} options={Object.entries(orders)} />
      <Policy form={form} />
      <TextField form={form} name="contact" told={told} />
      {hasHeartbeats(kind) ? (
        <TextField form={form} name="heartbeatSeconds" told={told} inputMode="numeric" />
      ) : null}
      {kind === 'webhook' ? (
        <FieldGroup
          legend={told.notices}
          hint={told.noticesHint}
          fault={faultIn(form.state.value, 'notices')}
        >
          {noticeKinds.map(each => (
            <Check
              key={each}
              label={told.noticeKinds[each]}
              isOn={notices.includes(each)}
              turn={isOn => form.change({ notices: noticesWith(notices, each, isOn) })}
            />
          ))}
        </FieldGroup>
      ) : null}
      {hasDigest(kind) ? <CheckField form={form} name="digest" told={told} /> : null}
    </>
  )
}

/** The kind of destination, and what it needs. */
function Destination({ form, isChange }: Required<FieldsProps>) {
  const { form: told } = words.subscriptions
  const { kind } = form.typed.value
  const urlHint = isChange ? told.urlKept : kind === 'webhook' ? told.urlHint : undefined
  return (
    <>
      {isChange ? null : (
        <ChoiceField
          form={form}
          name="kind"
          told={{ kind: told.kind, kindHint: told.kindHints[kind] ?? '' }}
          options={Object.keys(kindFields).map(code => [code, told.kinds[code] ?? code] as const)}
          changes={chooseKind}
        />
      )}
      {hasAddress(kind) ? (
        <TextField
          form={form}
          name="url"
          told={{ url: told.url, ...(urlHint && { urlHint }) }}
          type="url"
          required
          spellcheck={false}
          placeholder={told.urlExamples[kind] ?? told.urlExample}
        />
      ) : null}
      {(kindFields[kind] ?? []).map(name => {
        const isSecret = name === 'token' || name === 'routingKey'
        const hint = isChange && isSecret ? { [`${name}Hint`]: told.secretKept } : {}
        return (
          <TextField
            key={name}
            form={form}
            name={name}
            told={{ ...told.destination, ...hint }}
            type={isSecret ? 'password' : 'text'}
            spellcheck={false}
          />
        )
      })}
    </>
  )
}

/** When it tells of alerts. */
function Policy({ form }: Pick<FieldsProps, 'form'>) {
  const told = words.policies
  const { hasPolicy, order } = form.typed.value
  return (
    <FieldGroup legend={told.title} class="policy" fault={faultIn(form.state.value, 'policy')}>
      {[false, true].map(wanted => (
        <Check
          key={String(wanted)}
          group="policy"
          label={wanted ? told.by : told.each}
          isOn={hasPolicy === wanted}
          turn={() => form.change({ hasPolicy: wanted })}
        />
      ))}
      {hasPolicy && order === 'strict' ? <p class="hint">{told.needsNewest}</p> : null}
      {hasPolicy ? <PolicyParts form={form} /> : null}
    </FieldGroup>
  )
}

const waits = ['groupWaitSeconds', 'updateMinutes'] as const
const reminders = ['unansweredMinutes', 'repeatMinutes'] as const

function PolicyParts({ form }: Pick<FieldsProps, 'form'>) {
  const told = words.policies
  const { watch: chosen, hasQuietHours } = form.typed.value
  const pair = (names: typeof waits | typeof reminders) => (
    <div class="pair">
      {names.map(name => (
        <NumberField key={name} form={form} name={name} told={told} at={`policy/${name}`} />
      ))}
    </div>
  )
  const all = distinctNames(watches.state.value.body?.items ?? [])
  const unknown = chosen !== '' && !all.some(({ id }) => id === chosen)
  return (
    <>
      <ChoiceField
        form={form}
        name="leastSeverity"
        told={told}
        at="policy/minSeverity"
        options={severityWords()}
      />
      {pair(waits)}
      <ChoiceField
        form={form}
        name="stories"
        told={told}
        at="policy/stories"
        options={Object.entries(told.storyWords)}
      />
      <CheckField form={form} name="endings" told={told} />
      {pair(reminders)}
      <ChoiceField
        form={form}
        name="watch"
        told={told}
        at="policy/watch"
        options={[
          ['', told.noWatch],
          ...all.map(({ id, name }) => [id, name] as const),
          ...(unknown ? [[chosen, told.unknownWatch(chosen)] as const] : [])
        ]}
      />
      <CheckField form={form} name="hasQuietHours" told={told} />
      {hasQuietHours ? <QuietHours form={form} /> : null}
    </>
  )
}

const zonesId = 'time-zones'

function QuietHours({ form }: Pick<FieldsProps, 'form'>) {
  const told = words.policies
  const at = 'policy/quietHours'
  return (
    <div class="quiet-hours">
      <TextField form={form} name="quietFrom" told={told} at={`${at}/from`} type="time" />
      <TextField form={form} name="quietTo" told={told} at={`${at}/to`} type="time" />
      <TextField
        form={form}
        name="timeZone"
        told={told}
        at={`${at}/timeZone`}
        list={zonesId}
        spellcheck={false}
      />
      <datalist id={zonesId}>
        {Intl.supportedValuesOf('timeZone').map(zone => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  )
}
