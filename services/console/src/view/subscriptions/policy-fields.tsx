// The fields of when a subscription tells of alerts.

import { severities } from '../../shown/shown-alert.ts'
import type { FormDraft, SendState } from '../../state/form-draft.ts'
import { watches } from '../../state/webhooks/watches.ts'
import type { SubscriptionDraft } from '../../upkeep/subscription-draft.ts'
import { distinctNames } from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'
import { Field, faultIn } from '../parts/form.tsx'

interface PolicyProps {
  readonly draft: Pick<FormDraft<SubscriptionDraft>, 'typed' | 'change'>
  readonly state: SendState
}

export function PolicyFields({ draft, state }: PolicyProps) {
  const told = words.policies
  const { hasPolicy, order } = draft.typed.value
  const fault = faultIn(state, 'policy')
  return (
    <fieldset class="fieldset policy">
      <legend>{told.title}</legend>
      {([false, true] as const).map(wanted => (
        <label key={String(wanted)} class="check">
          <input
            type="radio"
            name="policy"
            checked={hasPolicy === wanted}
            onChange={() => draft.change({ hasPolicy: wanted })}
          />{' '}
          {wanted ? told.by : told.each}
        </label>
      ))}
      {hasPolicy && order === 'strict' ? <p class="hint">{told.needsNewest}</p> : null}
      {fault === undefined ? null : (
        <p class="fault" role="alert">
          <span aria-hidden="true">✕</span> {fault}
        </p>
      )}
      {hasPolicy ? <Parts draft={draft} state={state} /> : null}
    </fieldset>
  )
}

function Parts({ draft, state }: PolicyProps) {
  const told = words.policies
  const { typed, change } = draft
  const { leastSeverity, stories, endings } = typed.value
  return (
    <>
      <Field label={told.least} hint={told.leastHint} fault={faultIn(state, 'policy/minSeverity')}>
        {attributes => (
          <select
            {...attributes}
            value={leastSeverity}
            onChange={event => change({ leastSeverity: event.currentTarget.value })}
          >
            {severities.map(severity => (
              <option key={severity} value={severity}>
                {words.severities[severity]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div class="pair">
        <PartField
          draft={draft}
          state={state}
          name="groupWaitSeconds"
          label={told.groupWait}
          hint={told.groupWaitHint}
        />
        <PartField
          draft={draft}
          state={state}
          name="updateMinutes"
          label={told.update}
          hint={told.updateHint}
        />
      </div>
      <Field label={told.stories} fault={faultIn(state, 'policy/stories')}>
        {attributes => (
          <select
            {...attributes}
            value={stories}
            onChange={event => change({ stories: event.currentTarget.value })}
          >
            {Object.entries(told.storyWords).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div>
        <label class="check">
          <input
            type="checkbox"
            checked={endings}
            onChange={event => change({ endings: event.currentTarget.checked })}
          />{' '}
          {told.endings}
        </label>
        <p class="hint soft">{told.endingsHint}</p>
      </div>
      <div class="pair">
        <PartField
          draft={draft}
          state={state}
          name="unansweredMinutes"
          label={told.unanswered}
          hint={told.unansweredHint}
        />
        <PartField
          draft={draft}
          state={state}
          name="repeatMinutes"
          label={told.repeat}
          hint={told.repeatHint}
        />
      </div>
      <Followed draft={draft} state={state} />
      <Quiet draft={draft} state={state} />
    </>
  )
}

interface PartProps extends PolicyProps {
  readonly name: 'groupWaitSeconds' | 'updateMinutes' | 'unansweredMinutes' | 'repeatMinutes'
  readonly label: string
  readonly hint: string
}

function PartField({ draft, state, name, label, hint }: PartProps) {
  return (
    <Field label={label} hint={hint} fault={faultIn(state, `policy/${name}`)}>
      {attributes => (
        <input
          {...attributes}
          class="short"
          inputMode="numeric"
          autocomplete="off"
          value={draft.typed.value[name]}
          onInput={event => draft.change({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  )
}

/** A watch by its name. */
function Followed({ draft, state }: PolicyProps) {
  const told = words.policies
  const chosen = draft.typed.value.watch
  const all = distinctNames(watches.state.value.body?.items ?? [])
  return (
    <Field label={told.watch} hint={told.watchHint} fault={faultIn(state, 'policy/watch')}>
      {attributes => (
        <select
          {...attributes}
          value={chosen}
          onChange={event => draft.change({ watch: event.currentTarget.value })}
        >
          <option value="">{told.noWatch}</option>
          {all.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {chosen === '' || all.some(({ id }) => id === chosen) ? null : (
            <option value={chosen}>{told.unknownWatch(chosen)}</option>
          )}
        </select>
      )}
    </Field>
  )
}

const zonesId = 'time-zones'

/** The zone of this browser, as a first guess. */
const zoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone

function Quiet({ draft, state }: PolicyProps) {
  const told = words.policies
  const { typed, change } = draft
  const { hasQuietHours, quietFrom, quietTo, timeZone } = typed.value
  const begin = (isOn: boolean) =>
    change({ hasQuietHours: isOn, ...(isOn && timeZone === '' ? { timeZone: zoneHere() } : {}) })
  return (
    <>
      <div>
        <label class="check">
          <input
            type="checkbox"
            checked={hasQuietHours}
            onChange={event => begin(event.currentTarget.checked)}
          />{' '}
          {told.quiet}
        </label>
        <p class="hint soft">{told.quietHint}</p>
      </div>
      {hasQuietHours ? (
        <div class="quiet-hours">
          <Field label={told.quietFrom} fault={faultIn(state, 'policy/quietHours/from')}>
            {attributes => (
              <input
                {...attributes}
                type="time"
                value={quietFrom}
                onInput={event => change({ quietFrom: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label={told.quietTo} fault={faultIn(state, 'policy/quietHours/to')}>
            {attributes => (
              <input
                {...attributes}
                type="time"
                value={quietTo}
                onInput={event => change({ quietTo: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field
            label={told.timeZone}
            hint={told.timeZoneHint}
            fault={faultIn(state, 'policy/quietHours/timeZone')}
          >
            {attributes => (
              <input
                {...attributes}
                list={zonesId}
                autocomplete="off"
                spellcheck={false}
                value={timeZone}
                onInput={event => change({ timeZone: event.currentTarget.value })}
              />
            )}
          </Field>
          <datalist id={zonesId}>
            {Intl.supportedValuesOf('timeZone').map(zone => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </div>
      ) : null}
    </>
  )
}
