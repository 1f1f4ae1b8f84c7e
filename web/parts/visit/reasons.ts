/** Why a check is away from home or without proof, as whoever visits can say it. */
export const checkReasons = [
  'outside_home_204',
  'address_mismatch_207',
  'device_217',
  'no_network_218',
  'other_222',
] as const;
export type CheckReason = (typeof checkReasons)[number];
