// The palette: what can be done now, views, and alerts by their words, each with its key. The field
// keeps the focus; the arrows choose.

import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { suite } from '../../http/requests.ts'
import {
  filterIn,
  formatAddress,
  plain,
  presetFilter,
  presets,
  type QueueFilter,
  saysWords
} from '../../queue/queue-filter.ts'
import { mayReport } from '../../shown/console-views.ts'
import { isCanary, isOpen, type Severity } from '../../shown/shown-alert.ts'
import {
  areSingleKeys,
  type KeyActions,
  palette,
  setAddress,
  switchSingleKeys
} from '../../state/address.ts'
import {
  caller,
  closedStanding,
  filter,
  isLive,
  picture,
  pictureAge
} from '../../state/console-state.ts'
import { openAlert, openView, openViews } from '../../state/current-view.ts'
import { alertsNamed, pauseMs, readSought, savedList } from '../../state/queue-state.ts'
import { readHeadline } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { AlertMark } from '../parts/alert-mark.tsx'
import { Check } from '../parts/form.tsx'
import { looks } from './top-bar.tsx'

const alertsMax = 8
/** Fewer letters are in almost every alert. */
const soughtMin = 2

interface Item {
  readonly id: string
  readonly name: string
  readonly group: keyof typeof words.help.groups
  readonly key?: string | undefined
  readonly severity?: Severity
  readonly isResolved?: boolean
  readonly run: () => void
}

function showList(wanted: QueueFilter): void {
  setAddress({ ...formatAddress(wanted), view: null, item: null, alert: null }, { push: true })
}

function commands(keys: KeyActions): readonly Item[] {
  const { help, views, queueWork, top } = words
  const actions = Object.entries(help.actions).flatMap(([key, name]) =>
    keys[key] === undefined
      ? []
      : [
          {
            id: key,
            name,
            key: help.keyNames[key] ?? key.toUpperCase(),
            group: 'actions' as const,
            run: keys[key]
          }
        ]
  )
  const view = (id: string, name: string, run: () => void, key?: string): Item => {
    return { id, name, key, group: 'views', run }
  }
  const hasAlerts = openViews.value.includes('alerts')
  const lists: readonly Item[] = [
    ...presets.map(preset =>
      view(`preset-${preset}`, queueWork.preset[preset], () =>
        showList(presetFilter(preset, filter.peek()))
      )
    ),
    ...savedList.value.map(({ id, name, query }) =>
      view(id, name, () => showList(filterIn(new URLSearchParams(query))))
    )
  ]
  return [
    ...actions,
    ...openViews.value.map((name, i) =>
      view(name, views.names[name], () => openView(name), i < 9 ? `${i + 1}` : undefined)
    ),
    ...(hasAlerts ? lists : []),
    ...(mayReport(caller.value?.scopes ?? [])
      ? [view('report', views.report, () => location.assign('/report'))]
      : []),
    ...looks.map(look =>
      view(`look-${look}`, help.look(top.looks[look]), () =>
        setAddress({ look: look === 'auto' ? null : look })
      )
    )
  ]
}

function alertItems(text: string): readonly Item[] {
  if (text.length < soughtMin || !openViews.value.includes('alerts')) return []
  return alertsNamed(text, alertsMax).map(alert => ({
    id: alert.alertId,
    name: readHeadline(alert),
    group: 'alerts',
    severity: alert.severity,
    isResolved: !isOpen(alert),
    run: () => openAlert(alert.alertId)
  }))
}

/** Older closed alerts are sought in Tocsin, once nothing more is typed for a moment. */
function useClosedSearch(text: string): void {
  useEffect(() => {
    if (text.length < soughtMin || closedStanding.peek() === 'whole' || !isLive.peek()) return
    const find = async () => {
      const answer = await suite.closed(readSought(text))
      if (answer.kind === 'ok') picture.addKnown(answer.body.items.filter(each => !isCanary(each)))
    }
    const due = setTimeout(() => void find(), pauseMs)
    return () => clearTimeout(due)
  }, [text])
}

export function Palette() {
  pictureAge.value
  const { help } = words
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const [keys] = useState(() => palette.peek() ?? {})
  const dialog = useRef<HTMLDialogElement>(null)
  const list = useId()
  const text = typed.trim()
  useClosedSearch(text)
  useEffect(() => dialog.current?.showModal(), [])
  const items = [
    ...commands(keys).filter(({ name }) => saysWords(text, plain(name))),
    ...alertItems(text)
  ]
  const chosen = Math.min(at, items.length - 1)
  const makeOption = (i: number) => `${list}-${i}`
  useEffect(() => {
    document.getElementById(makeOption(chosen))?.scrollIntoView({ block: 'nearest' })
  }, [chosen, typed])
  const run = (item: Item | undefined) => {
    if (item === undefined) return
    // The focus is back where it was before the action takes it on.
    dialog.current?.close()
    item.run()
  }
  const press = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (event.isComposing || (by === 0 && event.key !== 'Enter')) return
    event.preventDefault()
    if (by === 0) run(items[chosen])
    else if (items.length > 0) setAt((chosen + by + items.length) % items.length)
  }
  const option = (item: Item, i: number) => (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and its keys.
    // biome-ignore lint/a11y/useFocusableInteractive: as above.
    <div
      key={item.id}
      id={makeOption(i)}
      class="option in-line gap-2"
      role="option"
      aria-selected={i === chosen}
      onPointerDown={event => event.preventDefault()}
      onClick={() => run(item)}
    >
      {item.severity === undefined ? null : <AlertMark severity={item.severity} isNamed />}
      <bdi class="cut">{item.name}</bdi>
      {item.isResolved === true ? <span class="soft">{words.statuses.resolved}</span> : null}
      {item.key === undefined || !areSingleKeys.value ? null : <kbd class="push">{item.key}</kbd>}
    </div>
  )
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label={help.open}
      onClose={() => {
        palette.value = null
      }}
    >
      <input
        role="combobox"
        aria-expanded={items.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={items.length === 0 ? undefined : makeOption(chosen)}
        aria-label={help.field}
        placeholder={help.field}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={event => {
          setTyped(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={press}
      />
      <div class="options" id={list} role="listbox" aria-label={help.open}>
        {(['actions', 'views', 'alerts'] as const).map(group => {
          const own = items.flatMap((item, i) => (item.group === group ? [option(item, i)] : []))
          return own.length === 0 ? null : (
            // biome-ignore lint/a11y/useSemanticElements: options of a listbox.
            <div key={group} role="group" aria-labelledby={`${list}-${group}`}>
              <p id={`${list}-${group}`} class="quiet">
                {help.groups[group]}
              </p>
              {own}
            </div>
          )
        })}
      </div>
      <p class="soft" role="status">
        {items.length === 0 ? help.none : text === '' ? help.hint : help.count(items.length)}
      </p>
      <form method="dialog" class="in-line gap-3">
        <Check label={help.singleKeys} isOn={areSingleKeys.value} turn={switchSingleKeys} />
        <button type="submit">{help.close}</button>
      </form>
    </dialog>
  )
}
