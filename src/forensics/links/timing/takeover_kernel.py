"""The compiled inner loop of failover pairs: which events each account follows, and how often it would by chance."""

import numpy as np
from numba import njit

MINUTES_A_DAY = 1440


@njit(cache=True, nogil=True)
def followed(at, calls, starts, first, ended, weekend, volume, event_at, event_of, account, is_ban, reach):  # type: ignore[no-untyped-def]
    """Which events each account follows, and with what chance it would have followed one at that time of other days.

    Args:
        at, calls: minutes with calls, and how many, account by account.
        starts: where each account's minutes begin, and the end.
        first: minute of an account's first call if it was silent before; else -1.
        ended: minute of its own ban; the window's end if there is none.
        weekend: for each day of the window, whether it is one of a weekend.
        volume: share of a day's calls that another must have to be compared with it.
        event_at, event_of: minute of each event, and whom it befell.
        account: the number by which events name each account.
        is_ban: whether the events are bans: then first calls count where there are any, and else a rise as large as
            the one that is seen; after a limit any rise counts.
        reach: minutes in which another takes over; those by which the time of day may differ, first calls' and others'.

    Returns:
        A line an account and a column an event: whether it counts for the account, whether it is followed, and the
        chance, which is 0 where an event that comes once is not followed.
    """
    days, events = len(weekend), len(event_at)
    minutes = days * MINUTES_A_DAY
    width, start_leeway, leeway = reach
    shape = (len(starts) - 1, events)
    counts, hits, chances = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_), np.zeros(shape)
    before, rise, so_far = np.zeros(minutes + 1, np.int64), np.zeros(minutes, np.int64), np.zeros(minutes + 1, np.int64)
    total = np.zeros(days, np.int64)
    for own in range(len(starts) - 1):
        is_newcomer = is_ban and first[own] >= 0
        before[:], total[:] = 0, 0
        for place in range(starts[own], starts[own + 1]):
            before[at[place] + 1] = calls[place]
            total[at[place] // MINUTES_A_DAY] += calls[place]
        for minute in range(minutes):
            before[minute + 1] += before[minute]
        for minute in range(minutes):
            if is_newcomer:
                rise[minute] = first[own] - width <= minute < first[own]
            else:
                rise[minute] = (before[min(minute + width + 1, minutes)] - before[minute + 1]) - (
                    before[minute] - before[max(minute - width, 0)]
                )
            so_far[minute + 1] = so_far[minute] + (rise[minute] > 0)
        for event in range(events):
            moment = event_at[event]
            if account[own] == event_of[event] or ended[own] <= moment + width:
                continue
            counts[own, event], hits[own, event] = True, rise[moment] > 0
            if is_ban and rise[moment] <= 0:
                continue
            most = start_leeway if is_newcomer else leeway
            found = compared = 0
            for day in range(days):
                today = moment // MINUTES_A_DAY
                if not is_newcomer and (weekend[day] != weekend[today] or total[day] < volume * total[today]):
                    continue
                middle = day * MINUTES_A_DAY + moment % MINUTES_A_DAY
                low, high = max(middle - most, 0), min(middle + most + 1, minutes)
                compared += high - low
                if is_ban and not is_newcomer:
                    for minute in range(low, high):
                        found += rise[minute] >= rise[moment]
                else:
                    found += so_far[high] - so_far[low]
            chances[own, event] = found / compared
    return counts, hits, chances
