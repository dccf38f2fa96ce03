/** How often the team tries again before somebody else has to decide. The prompts name the same numbers; a test compares them. */

/** Work that a check or a conflict sent back goes to its worker this often, then to the lead. */
export const MAX_REJECTIONS = 2;

/** A task whose worker died over it this often is given up. */
export const MAX_LOSSES = 3;

/** A worker that was started again this often within a minute waits for a person instead. */
export const MAX_RESTARTS = 5;

/** A turn that ends without a result is answered by a reminder this often. */
export const MAX_REMINDERS = 2;

/** The same action denied this often ends its task instead of being asked for again. */
export const MAX_DENIALS = 2;
