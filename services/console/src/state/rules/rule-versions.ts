// The versions of the rule that is shown.

import { rules } from '../../http/rules.ts'
import type { RuleVersion } from '../../shown/answers.ts'
import { formatRule } from '../../upkeep/rule-text.ts'
import { words } from '../../words/words.ts'
import { announce } from '../announcements.ts'
import { currentItem } from '../current-view.ts'
import { resource } from '../resource.ts'
import { ruleDraft } from './rules.ts'

const key = () => currentItem.value ?? ''
export const ruleVersions = resource(() => rules.versions(key()), { key })

/** Puts it into the text that is typed: it is published as any change is. */
export function restore({ ruleVersion, rule }: RuleVersion): void {
  ruleDraft.change({ text: formatRule(rule) })
  announce(words.rules.versions.restored(ruleVersion))
}
