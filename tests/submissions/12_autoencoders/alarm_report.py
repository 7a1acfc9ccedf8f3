# %% [markdown]
# Students use np.quantile as in the lecture, land one place off, set the threshold on other scores
# than the normal ones, let equal scores raise the alarm, drop repetitions, or return counts,
# missed alarms or the share of alarms that are right.

# %% quantile_of_the_lecture kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """The lecture's line; it lands between two scores."""
    threshold = np.quantile(normal, 1 - share)
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% quantile_rounded_up kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Takes the next higher score, which is often higher than needed."""
    threshold = np.quantile(normal, 1 - share, method="higher")
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% quantile_rounded_down kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Takes the next lower score, which can break the promise."""
    threshold = np.quantile(normal, 1 - share, method="lower")
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% quantile_nearest kind="wrong" points={"test_alarm_report": 1, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Takes the nearest score."""
    threshold = np.quantile(normal, 1 - share, method="nearest")
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% the_low_end kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """np.quantile of share itself."""
    threshold = np.quantile(normal, share, method="inverted_cdf")
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% index_one_off kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """The k-th largest has k - 1 above it; with k = 0 it is even the smallest."""
    threshold = np.sort(normal)[-int(share * len(normal))]
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% index_one_too_low kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Counts from the other side, and goes one too far."""
    k = min(int(share * len(normal)) + 2, len(normal))
    threshold = np.sort(normal)[-k]
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% rounds_the_number_of_alarms kind="wrong" points={"test_alarm_report": 1, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """round in place of rounding down: a half too many breaks the promise."""
    k = round(share * len(normal))
    threshold = np.sort(normal)[max(len(normal) - 1 - k, 0)]
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% does_not_sort kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """The index is right, and the scores are as they came."""
    threshold = normal[len(normal) - 1 - int(share * len(normal))]
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% equal_scores_raise_the_alarm kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """>= for the alarms."""
    threshold = min(score for score in normal if np.mean(normal > score) <= share)
    return threshold, np.mean(fresh >= threshold), np.mean(odd >= threshold)


# %% equal_scores_count_as_above kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """>= in the promise: the threshold itself would be one of the scores above it."""
    kept = [score for score in normal if np.mean(normal >= score) <= share]
    threshold = min(kept, default=normal.max())
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% takes_the_second_of_equal_scores_for_higher kind="wrong" points={"test_alarm_report": 1, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Among repeated scores it counts those that stand behind, too, as if they lay above."""
    ranked = np.sort(normal)
    places = [i for i in range(len(ranked)) if (len(ranked) - 1 - i) / len(ranked) <= share]
    kept = [i for i in places if ranked[i] not in ranked[:i]]
    threshold = ranked[kept[0]] if kept else ranked[-1]
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% a_smaller_share_than_allowed kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """ "At most" read as "less than"."""
    kept = [score for score in normal if np.mean(normal > score) < share]
    threshold = min(kept, default=normal.max())
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% drops_repetitions kind="wrong" points={"test_alarm_report": 1, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """np.unique sorts so nicely."""
    scores = np.unique(normal)
    threshold = scores[len(scores) - 1 - int(share * len(scores))]
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% threshold_of_all_normal_days kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """More data is better: the fresh days help to set the threshold."""
    both = np.concatenate([normal, fresh])
    threshold = min(score for score in both if np.mean(both > score) <= share)
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% threshold_with_the_broken_days kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Sets the threshold on all scores."""
    both = np.concatenate([normal, fresh, odd])
    threshold = min(score for score in both if np.mean(both > score) <= share)
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% mean_and_two_deviations kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """The rule of thumb for 5 percent."""
    threshold = normal.mean() + 2 * normal.std()
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% false_alarms_on_the_same_days kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Measures false alarms where the threshold was set."""
    threshold = min(score for score in normal if np.mean(normal > score) <= share)
    return threshold, np.mean(normal > threshold), np.mean(odd > threshold)


# %% counts_for_shares kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Numbers of days."""
    threshold = min(score for score in normal if np.mean(normal > score) <= share)
    return threshold, np.sum(fresh > threshold), np.sum(odd > threshold)


# %% missed_in_place_of_found kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """The share of broken days without an alarm."""
    threshold = min(score for score in normal if np.mean(normal > score) <= share)
    return threshold, np.mean(fresh > threshold), np.mean(odd <= threshold)


# %% right_alarms_in_place_of_found kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Of all alarms, how many are right: precision, not the share that is found."""
    threshold = min(score for score in normal if np.mean(normal > score) <= share)
    false, right = np.sum(fresh > threshold), np.sum(odd > threshold)
    return threshold, np.mean(fresh > threshold), right / max(false + right, 1)


# %% rates_swapped kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """found comes before false_alarms."""
    threshold = min(score for score in normal if np.mean(normal > score) <= share)
    return threshold, np.mean(odd > threshold), np.mean(fresh > threshold)


# %% sorts_in_place kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 1, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """normal.sort() turns the caller's days round."""
    normal.sort()
    threshold = normal[len(normal) - 1 - int(share * len(normal))]
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% promises_what_is_said_of_fresh_days kind="wrong" points={"test_alarm_report": 0, "test_alarm_report_ties": 0, "test_alarm_report_hidden": 0}
def alarm_report(normal, fresh, odd, share):
    """Believes the promise, and does not measure false alarms."""
    threshold = min(score for score in normal if np.mean(normal > score) <= share)
    return threshold, share, np.mean(odd > threshold)


# %% quantile_by_inverted_cdf kind="right"
def alarm_report(normal, fresh, odd, share):
    """NumPy knows this rule, too."""
    threshold = np.quantile(normal, 1 - share, method="inverted_cdf")
    return threshold, np.mean(fresh > threshold), np.mean(odd > threshold)


# %% sorted_and_an_index kind="right"
def alarm_report(normal, fresh, odd, share):
    """The last but k of the sorted scores, k rounded down; plain floats in a list."""
    ranked = sorted(normal.tolist())
    threshold = ranked[-int(share * len(ranked)) - 1]
    return [threshold, *(sum(s > threshold for s in days) / len(days) for days in (fresh, odd))]


# %% counts_by_searchsorted kind="right"
def alarm_report(normal, fresh, odd, share):
    """All thresholds at once: how many scores lie above each, by searchsorted; an array comes back."""
    cuts = np.unique(normal)
    above = len(normal) - np.searchsorted(np.sort(normal), cuts, side="right")
    threshold = cuts[np.argmax(above <= share * len(normal))]
    rates = [(np.count_nonzero(days > threshold)) / days.size for days in (fresh, odd)]
    return np.array([threshold, *rates])


# %% lowers_step_by_step kind="right"
def alarm_report(normal, fresh, odd, share):
    """Starts at the largest score, and goes down while the promise is kept."""
    threshold = normal.max()
    while True:
        lower = normal[normal < threshold]
        if len(lower) == 0 or (normal > lower.max()).sum() / len(normal) > share:
            break
        threshold = lower.max()
    return float(threshold), float((fresh > threshold).mean()), float((odd > threshold).mean())
