/**
 * Runs something that may fail without taking along whoever calls it; the failure is told like one that nobody caught, as a
 * promise: an error would be taken for one that has gone through the application (see failures.js).
 */
export function safely(act) {
  try {
    act();
  } catch (error) {
    Promise.reject(error);
  }
}
