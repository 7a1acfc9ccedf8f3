# %% [markdown]
# Students trust the luckiest run, take the standard deviation for the standard error, let nan through
# or hide it with nanmean, and look at the test set before they have chosen.

# %% takes_the_luckiest_run kind="wrong" points={"test_best_of": 0, "test_best_of_threshold": 1, "test_best_of_chosen": 1, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """The largest number in the table wins."""
    valid = np.flatnonzero(~np.isnan(scores).any(axis=1))
    if len(valid) == 0:
        raise ValueError("all failed")
    best = valid[scores[valid].max(axis=1).argmax()]
    means = scores.mean(axis=1)
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = [row for row in valid if means[row] >= threshold]
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% argmax_finds_nan kind="wrong" points={"test_best_of": 0, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """np.argmax takes nan for the largest number there is."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.argmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = [row for row in range(len(means)) if means[row] >= threshold]
    chosen = min(good or [best], key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% nanmean_hides_the_failures kind="wrong" points={"test_best_of": 0, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """The runs that survived are averaged."""
    means = np.nanmean(scores, axis=1)
    best = int(np.nanargmax(means))
    runs = scores[best][~np.isnan(scores[best])]
    threshold = means[best] - runs.std(ddof=1) / np.sqrt(len(runs))
    good = [row for row in range(len(means)) if means[row] >= threshold]
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% failures_count_as_zero_in_place kind="wrong" points={"test_best_of": 0, "test_best_of_threshold": 1, "test_best_of_chosen": 1, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Writes 0 where nan was, into the caller's table."""
    scores[np.isnan(scores)] = 0
    if not scores.all(axis=1).any():
        raise ValueError("all failed")
    means = scores.mean(axis=1)
    best = int(means.argmax())
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = [row for row in range(len(means)) if means[row] >= threshold]
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% standard_deviation_for_error kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 0, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """One standard deviation of the runs: three times too generous."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1)
    good = np.flatnonzero(means >= threshold)
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% divides_by_m kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 0, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """NumPy's std as it comes, with m in the denominator."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std() / np.sqrt(scores.shape[1])
    good = np.flatnonzero(means >= threshold)
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% root_of_the_number_of_configurations kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 0, "test_best_of_chosen": 1, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """len(scores) is the number of configurations, not of runs."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(len(scores))
    good = np.flatnonzero(means >= threshold)
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% everybody_gets_an_own_error kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Lets each candidate add its own standard error."""
    m = scores.shape[1]
    means, errors = scores.mean(axis=1), scores.std(axis=1, ddof=1) / np.sqrt(m)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - errors[best]
    good = np.flatnonzero(means + errors >= threshold)
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% chooses_the_best kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Calculates threshold and does not use it."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    return {"best": best, "chosen": best, "threshold": threshold, "test_score": open_test(best)}

# %% the_smallest_of_all kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Simplest means smallest, whatever it scores."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    chosen = int(np.argmin(num_parameters))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% forgets_the_tie kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Of equally small ones, takes the first."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = np.flatnonzero(means >= threshold)
    chosen = good[np.argmin(num_parameters[good])]
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% counts_rows_of_the_selection kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """argmin over the good ones gives a place among the good ones, not a row."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = np.flatnonzero(means >= threshold)
    good = good[np.argsort(-means[good])]
    chosen = int(np.argmin(num_parameters[good]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% counts_rows_without_those_that_failed kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Drops the failed rows first; best is translated back, chosen is forgotten."""
    rows = np.flatnonzero(~np.isnan(scores).any(axis=1))
    if len(rows) == 0:
        raise ValueError("all failed")
    kept, sizes = scores[rows], num_parameters[rows]
    means = kept.mean(axis=1)
    best = int(means.argmax())
    threshold = means[best] - kept[best].std(ddof=1) / np.sqrt(kept.shape[1])
    good = [row for row in range(len(kept)) if means[row] >= threshold]
    chosen = min(good, key=lambda row: (sizes[row], -means[row]))
    test_score = open_test(chosen)
    return {"best": rows[best], "chosen": chosen, "threshold": threshold, "test_score": test_score}

# %% looks_for_nan_with_in kind="wrong" points={"test_best_of": 0, "test_best_of_threshold": 1, "test_best_of_chosen": 1, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """np.nan is in no array, since nan equals nothing."""
    rows = [row for row in range(len(scores)) if np.nan not in scores[row]]
    if not rows:
        raise ValueError("all failed")
    means = scores.mean(axis=1)
    best = max(rows, key=lambda row: means[row])
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    chosen = min(
        [row for row in rows if means[row] >= threshold],
        key=lambda row: (num_parameters[row], -means[row]),
    )
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% opens_the_test_set_for_all kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Chooses rightly, but has looked at every test score before."""
    tested = [open_test(row) for row in range(len(scores))]
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = np.flatnonzero(means >= threshold)
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": tested[chosen]}

# %% the_test_set_decides kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Among those that are as good, takes the one with the best test score."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    tested = {int(row): open_test(row) for row in np.flatnonzero(means >= threshold)}
    chosen = max(tested, key=tested.get)
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": tested[chosen]}

# %% reports_the_validation_score kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Takes the mean on the validation set for the result."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = np.flatnonzero(means >= threshold)
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": means[chosen]}

# %% averages_over_configurations kind="wrong" points={"test_best_of": 0, "test_best_of_threshold": 0, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """The mean over axis 0: one for each seed."""
    means = scores.mean(axis=0)
    best = int(np.nanargmax(means))
    threshold = means[best] - scores[:, best].std(ddof=1) / np.sqrt(len(scores))
    good = np.flatnonzero(means >= threshold)
    chosen = min(good, key=lambda row: num_parameters[row])
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% takes_scores_for_losses kind="wrong" points={"test_best_of": 0, "test_best_of_threshold": 0, "test_best_of_chosen": 0, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """The smallest mean wins, as if these were losses."""
    means = scores.mean(axis=1)
    if np.isnan(means).all():
        raise ValueError("all failed")
    best = int(np.nanargmin(means))
    threshold = means[best] + scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = np.flatnonzero(means <= threshold)
    chosen = min(good, key=lambda row: (num_parameters[row], means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% says_nothing_when_all_failed kind="wrong" points={"test_best_of": 1, "test_best_of_threshold": 1, "test_best_of_chosen": 1, "test_best_of_hidden": 0}
def best_of(scores, num_parameters, open_test):
    """Replaces nan by minus infinity and goes on, also if nothing else is there."""
    means = np.nan_to_num(scores.mean(axis=1), nan=-np.inf)
    best = int(means.argmax())
    threshold = means[best] - scores[best].std(ddof=1) / np.sqrt(scores.shape[1])
    good = [row for row in range(len(means)) if means[row] >= threshold] or [best]
    chosen = min(good, key=lambda row: (num_parameters[row], -means[row]))
    return {"best": best, "chosen": chosen, "threshold": threshold, "test_score": open_test(chosen)}

# %% plain_python kind="right"
import statistics


def best_of(scores, num_parameters, open_test):
    """The statistics module and sorted lists."""
    rows = [row.tolist() for row in scores]
    valid = [i for i, row in enumerate(rows) if all(score == score for score in row)]
    if not valid:
        raise ValueError("there is nothing to choose from")
    best = max(valid, key=lambda i: statistics.fmean(rows[i]))
    error = statistics.stdev(rows[best]) / len(rows[best]) ** 0.5
    threshold = statistics.fmean(rows[best]) - error
    good = [i for i in valid if statistics.fmean(rows[i]) >= threshold]
    good.sort(key=lambda i: statistics.fmean(rows[i]), reverse=True)
    good.sort(key=lambda i: num_parameters[i])  # stable: the means decide among equals
    return {
        "threshold": threshold,
        "best": best,
        "chosen": good[0],
        "test_score": open_test(good[0]),
    }

# %% with_scipy_in_float32 kind="right"
from scipy import stats


def best_of(scores, num_parameters, open_test):
    """scipy has the standard error ready, with ddof=1; one sort decides. float32, NumPy's ints."""
    failed = np.isnan(scores).any(axis=1)
    if failed.all():
        raise ValueError("no configuration is left")
    means = np.where(failed, -1, scores.astype("float32").mean(axis=1, dtype="float64"))
    best = means.argmax()
    threshold = means[best] - stats.sem(scores[best])
    order = np.lexsort((-means, num_parameters))  # the last key counts first
    chosen = next(row for row in order if means[row] >= threshold)
    return {
        "best": best,
        "chosen": chosen,
        "threshold": np.float32(threshold),
        "test_score": np.float32(open_test(chosen)),
    }
