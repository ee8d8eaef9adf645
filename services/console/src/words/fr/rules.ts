export { part } from '../en/rules.ts'
