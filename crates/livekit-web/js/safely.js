/** Runs something that may fail without taking along whoever calls it; the failure is told like one that nobody caught. */
export function safely(act) {
  try {
    act();
  } catch (error) {
    reportError(error);
  }
}
