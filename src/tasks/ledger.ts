import {
  addUsage,
  type Breach,
  type Budget,
  findBreach,
  noUsage,
  type Usage,
} from '../session/usage.ts'

/** One budget over all sessions of a run, at the same time and one after another. */
export type Ledger = {
  readonly openAccount: () => Account
  /** The first limit that all sessions together have passed. */
  readonly breach: () => Breach | undefined
}

/** What one session has used. */
export type Account = {
  /** Takes the place of what it had used before; returns the first limit that is passed now. */
  readonly charge: (usage: Usage) => Breach | undefined
}

/** Starts with nothing used. */
export function openLedger(budget: Budget): Ledger {
  const accounts: { used: Usage }[] = []
  const breach = () =>
    findBreach(budget, accounts.map(({ used }) => used).reduce(addUsage, noUsage))
  return {
    breach,
    openAccount() {
      const account = { used: noUsage }
      accounts.push(account)
      return {
        charge(usage) {
          account.used = usage
          return breach()
        },
      }
    },
  }
}
