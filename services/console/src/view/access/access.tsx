// Keys: who may do what, since when and how long; made, renewed and revoked.

import { keys } from '../../http/keys.ts'
import type { ApiKey } from '../../shown/answers.ts'
import { nowMs } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { changingKey, dropSecret, heldSecrets, holdSecret, keyList } from '../../state/keys.ts'
import { useResource } from '../../state/resource.ts'
import { findKeyState, type KeyState, keysInOrder } from '../../upkeep/administration.ts'
import { words } from '../../words/words.ts'
import { AskFirst, Outcome, ShownOnce } from '../parts/form.tsx'
import { Record, RecordList } from '../parts/record-list.tsx'
import { Facts, type Level, Mark } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { NewKey } from './new-key.tsx'

const levels: Readonly<globalThis.Record<KeyState, Level>> = {
  valid: 'good',
  'ends-soon': 'warn',
  expired: 'unknown',
  revoked: 'unknown'
}

async function makeLink(of?: ApiKey): Promise<void> {
  const told = words.keys
  const title = of === undefined ? told.linkTitle : told.linkOfTitle(of.name)
  const made = await changingKey.send(
    () => (of === undefined ? keys.signInLink() : keys.signInLinkOf(of.id)),
    () => title
  )
  if (made === null) return
  const { url, expiresInMinutes } = made.body
  holdSecret({ title, value: url, more: told.linkMore(expiresInMinutes) })
}

async function rotate({ id, name }: ApiKey): Promise<void> {
  const { rotated, secretOf, secretMore } = words.keys
  const made = await changingKey.send(
    () => keys.rotate(id),
    () => rotated
  )
  if (made !== null)
    holdSecret({ title: secretOf(name), value: made.body.secret, more: secretMore })
}

async function revoke({ id }: ApiKey): Promise<void> {
  await changingKey.send(
    () => keys.revoke(id),
    () => words.keys.revoked
  )
}

export function Access() {
  const told = words.keys
  const { body } = useResource(keyList, ['keys'])
  if (currentItem.value === 'new') return <NewKey />
  return (
    <ViewPage title={words.views.names.keys} lead={told.lead}>
      {heldSecrets.value.map(({ title, value, more }) => (
        <ShownOnce
          key={value}
          title={title}
          value={value}
          more={more}
          onStored={() => dropSecret(value)}
        />
      ))}
      <div class="buttons">
        <button type="button" class="primary" onClick={() => openItem('new')}>
          {told.create}
        </button>
        <button type="button" onClick={() => void makeLink()}>
          {told.link}
        </button>
        <span class="soft">{told.linkHow}</span>
      </div>
      <Outcome state={changingKey.state.value} />
      <RecordList
        of={keyList}
        items={body === null ? null : keysInOrder(body.items, nowMs.value)}
        keyOf={({ id }) => id}
        label={words.views.names.keys}
        none={told.none}
        draw={each => <Item held={each} />}
      />
    </ViewPage>
  )
}

function Item({ held }: { readonly held: ApiKey }) {
  const told = words.keys
  const state = findKeyState(held, nowMs.value)
  const acts = [
    [told.rotate, told.rotateAsk, told.rotateYes, rotate],
    [told.linkOf, told.linkOfAsk, told.linkOfYes, makeLink],
    [told.revoke, told.revokeAsk, told.revokeYes, revoke]
  ] as const
  return (
    <Record
      is={levels[state]}
      title={held.name}
      mark={<Mark level={levels[state]} text={told.states[state]} />}
    >
      <KeyFacts held={held} />
      {state === 'revoked' || state === 'expired' ? null : (
        <div class="buttons">
          {acts.map(([label, question, yes, act]) => (
            <AskFirst
              key={label}
              label={label}
              question={question}
              yes={yes}
              onYes={() => void act(held).then(keyList.load)}
            />
          ))}
        </div>
      )}
    </Record>
  )
}

function KeyFacts({ held }: { readonly held: ApiKey }) {
  const told = words.keys
  const { theatres, expiresAt, lastUsedAt, overlapsUntil } = held
  const at = (iso: string | null, by: string | null = null) =>
    iso === null ? null : (
      <>
        <Time at={iso} /> {by === null ? '' : told.by(by)}
      </>
    )
  return (
    <Facts
      of={[
        [told.scopes, held.scopes.join(', ')],
        [told.theatres, theatres === '*' ? told.all : theatres.join(', ')],
        [told.handling, words.handlings[held.handling]],
        [told.expires, at(expiresAt) ?? told.never],
        [told.lastUsed, at(lastUsedAt) ?? told.notUsed],
        [told.made, at(held.createdAt, held.createdBy)],
        [told.linked, at(held.linkedAt, held.linkedBy)],
        [told.overlap, at(overlapsUntil)],
        [told.id, <code key="id">{held.id}</code>]
      ]}
    />
  )
}
