export { part } from '../en/shell.ts'
