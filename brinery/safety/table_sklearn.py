"""The names of scikit-learn that a pickle may use, by what they are for.

Classes are made empty and then filled with what was learnt. `tools/list_names.py` says
which names an estimator needs that are not here. Each was read before it was added: that
it does not import, open, run or evaluate what it is given, neither when it is made nor
when its state is set.
"""

from __future__ import annotations

__all__ = ["KEPT_SKLEARN", "SKLEARN"]

# What boosting and linear models hold to link and measure their answers: small
# objects with a number or two. The `__pyx_unpickle_…` check the type that they are given.
_LOSSES = {
    "sklearn._loss._loss": """
        CyAbsoluteError CyExponentialLoss CyHalfBinomialLoss CyHalfGammaLoss
        CyHalfMultinomialLoss CyHalfPoissonLoss CyHalfSquaredError CyHalfTweedieLoss
        CyHalfTweedieLossIdentity CyHuberLoss CyPinballLoss __pyx_unpickle_CyAbsoluteError
        __pyx_unpickle_CyExponentialLoss __pyx_unpickle_CyHalfBinomialLoss
        __pyx_unpickle_CyHalfGammaLoss __pyx_unpickle_CyHalfMultinomialLoss
        __pyx_unpickle_CyHalfPoissonLoss __pyx_unpickle_CyHalfSquaredError
        __pyx_unpickle_CyHalfTweedieLoss __pyx_unpickle_CyHalfTweedieLossIdentity
        __pyx_unpickle_CyHuberLoss __pyx_unpickle_CyPinballLoss
    """,
    "sklearn._loss.link": "HalfLogitLink IdentityLink Interval LogLink LogitLink MultinomialLogit",
    "sklearn._loss.loss": """
        AbsoluteError ExponentialLoss HalfBinomialLoss HalfGammaLoss HalfMultinomialLoss
        HalfPoissonLoss HalfSquaredError HalfTweedieLoss HalfTweedieLossIdentity HuberLoss
        PinballLoss
    """,
}

# Linear models: coefficients. The classes of `_sgd_fast` are loss formulas.
_LINEAR = {
    "sklearn.cross_decomposition._pls": "CCA PLSCanonical PLSRegression PLSSVD",
    "sklearn.discriminant_analysis": "LinearDiscriminantAnalysis QuadraticDiscriminantAnalysis",
    "sklearn.isotonic": "IsotonicRegression",
    "sklearn.kernel_ridge": "KernelRidge",
    "sklearn.linear_model._base": "LinearRegression",
    "sklearn.linear_model._bayes": "ARDRegression BayesianRidge",
    "sklearn.linear_model._coordinate_descent": """
        ElasticNet ElasticNetCV Lasso LassoCV MultiTaskElasticNet MultiTaskElasticNetCV
        MultiTaskLasso MultiTaskLassoCV
    """,
    "sklearn.linear_model._glm.glm": "GammaRegressor PoissonRegressor TweedieRegressor",
    "sklearn.linear_model._huber": "HuberRegressor",
    "sklearn.linear_model._least_angle": "Lars LarsCV LassoLars LassoLarsCV LassoLarsIC",
    "sklearn.linear_model._logistic": "LogisticRegression LogisticRegressionCV",
    "sklearn.linear_model._omp": "OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV",
    "sklearn.linear_model._passive_aggressive": """
        PassiveAggressiveClassifier PassiveAggressiveRegressor
    """,
    "sklearn.linear_model._perceptron": "Perceptron",
    "sklearn.linear_model._quantile": "QuantileRegressor",
    "sklearn.linear_model._ransac": "RANSACRegressor",
    "sklearn.linear_model._ridge": "Ridge RidgeCV RidgeClassifier RidgeClassifierCV",
    "sklearn.linear_model._sgd_fast": """
        EpsilonInsensitive Hinge Huber Log ModifiedHuber SquaredEpsilonInsensitive
        SquaredHinge SquaredLoss
    """,
    "sklearn.linear_model._stochastic_gradient": "SGDClassifier SGDOneClassSVM SGDRegressor",
    "sklearn.linear_model._theil_sen": "TheilSenRegressor",
}

# Trees and their ensembles: arrays of nodes, which `native.py` follows first.
_TREES = {
    "sklearn.ensemble._bagging": "BaggingClassifier BaggingRegressor",
    "sklearn.ensemble._forest": """
        ExtraTreesClassifier ExtraTreesRegressor RandomForestClassifier
        RandomForestRegressor RandomTreesEmbedding
    """,
    "sklearn.ensemble._gb": "GradientBoostingClassifier GradientBoostingRegressor",
    "sklearn.ensemble._hist_gradient_boosting.binning": "_BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting": """
        HistGradientBoostingClassifier HistGradientBoostingRegressor
    """,
    "sklearn.ensemble._hist_gradient_boosting.predictor": "TreePredictor",
    "sklearn.ensemble._iforest": "IsolationForest",
    "sklearn.ensemble._stacking": "StackingClassifier StackingRegressor",
    "sklearn.ensemble._voting": "VotingClassifier VotingRegressor",
    "sklearn.ensemble._weight_boosting": "AdaBoostClassifier AdaBoostRegressor",
    "sklearn.tree._classes": """
        DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor
    """,
    "sklearn.tree._tree": "Tree",
}

# Neighbours, support vectors, networks, Bayes, Gaussian processes. `newObj` makes an
# empty object of a class that is on this list. The distance that calls a function of
# the user's (`PyFuncDistance`) is left out.
_NEIGHBOURS = {
    "sklearn.covariance._elliptic_envelope": "EllipticEnvelope",
    "sklearn.covariance._empirical_covariance": "EmpiricalCovariance",
    "sklearn.covariance._graph_lasso": "GraphicalLasso GraphicalLassoCV",
    "sklearn.covariance._robust_covariance": "MinCovDet",
    "sklearn.covariance._shrunk_covariance": "LedoitWolf OAS ShrunkCovariance",
    "sklearn.gaussian_process._gpc": """
        GaussianProcessClassifier _BinaryGaussianProcessClassifierLaplace
    """,
    "sklearn.gaussian_process._gpr": "GaussianProcessRegressor",
    "sklearn.gaussian_process.kernels": """
        CompoundKernel ConstantKernel DotProduct ExpSineSquared Exponentiation
        Hyperparameter Matern PairwiseKernel Product RBF RationalQuadratic Sum WhiteKernel
    """,
    "sklearn.metrics._dist_metrics": """
        BrayCurtisDistance32 BrayCurtisDistance64 CanberraDistance32 CanberraDistance64
        ChebyshevDistance32 ChebyshevDistance64 DiceDistance32 DiceDistance64
        RogersTanimotoDistance32 RogersTanimotoDistance64 RussellRaoDistance32
        RussellRaoDistance64 SokalMichenerDistance32 SokalMichenerDistance64
        SokalSneathDistance32 SokalSneathDistance64 EuclideanDistance32 EuclideanDistance64
        HammingDistance32 HammingDistance64 HaversineDistance32 HaversineDistance64
        JaccardDistance32 JaccardDistance64 MahalanobisDistance32 MahalanobisDistance64
        ManhattanDistance32 ManhattanDistance64 MinkowskiDistance32 MinkowskiDistance64
        SEuclideanDistance32 SEuclideanDistance64 newObj
    """,
    "sklearn.mixture._bayesian_mixture": "BayesianGaussianMixture",
    "sklearn.mixture._gaussian_mixture": "GaussianMixture",
    "sklearn.naive_bayes": "BernoulliNB CategoricalNB ComplementNB GaussianNB MultinomialNB",
    "sklearn.neighbors._ball_tree": "BallTree BallTree32 BallTree64 newObj",
    "sklearn.neighbors._classification": "KNeighborsClassifier RadiusNeighborsClassifier",
    "sklearn.neighbors._graph": "KNeighborsTransformer RadiusNeighborsTransformer",
    "sklearn.neighbors._kd_tree": "KDTree KDTree32 KDTree64 newObj",
    "sklearn.neighbors._kde": "KernelDensity",
    "sklearn.neighbors._lof": "LocalOutlierFactor",
    "sklearn.neighbors._nca": "NeighborhoodComponentsAnalysis",
    "sklearn.neighbors._nearest_centroid": "NearestCentroid",
    "sklearn.neighbors._regression": "KNeighborsRegressor RadiusNeighborsRegressor",
    "sklearn.neighbors._unsupervised": "NearestNeighbors",
    "sklearn.neural_network._multilayer_perceptron": "MLPClassifier MLPRegressor",
    "sklearn.neural_network._rbm": "BernoulliRBM",
    "sklearn.neural_network._stochastic_optimizers": "AdamOptimizer SGDOptimizer",
    "sklearn.semi_supervised._label_propagation": "LabelPropagation LabelSpreading",
    "sklearn.semi_supervised._self_training": "SelfTrainingClassifier",
    "sklearn.svm._classes": "LinearSVC LinearSVR NuSVC NuSVR OneClassSVM SVC SVR",
}

# Preprocessing and what is chosen, joined or made from columns.
_PREPARING = {
    "sklearn.compose._column_transformer": """
        ColumnTransformer _RemainderColsList make_column_selector
    """,
    "sklearn.compose._target": "TransformedTargetRegressor",
    "sklearn.feature_extraction._dict_vectorizer": "DictVectorizer",
    "sklearn.feature_extraction._hash": "FeatureHasher",
    "sklearn.feature_extraction.image": "PatchExtractor",
    "sklearn.feature_extraction.text": """
        CountVectorizer HashingVectorizer TfidfTransformer TfidfVectorizer
    """,
    "sklearn.feature_selection._from_model": "SelectFromModel",
    "sklearn.feature_selection._rfe": "RFE RFECV",
    "sklearn.feature_selection._sequential": "SequentialFeatureSelector",
    "sklearn.feature_selection._univariate_selection": """
        GenericUnivariateSelect SelectFdr SelectFpr SelectFwe SelectKBest SelectPercentile
    """,
    "sklearn.feature_selection._variance_threshold": "VarianceThreshold",
    "sklearn.impute._base": "MissingIndicator SimpleImputer",
    "sklearn.impute._iterative": "IterativeImputer _ImputerTriplet",
    "sklearn.impute._knn": "KNNImputer",
    "sklearn.kernel_approximation": """
        AdditiveChi2Sampler Nystroem PolynomialCountSketch RBFSampler SkewedChi2Sampler
    """,
    "sklearn.preprocessing._data": """
        Binarizer KernelCenterer MaxAbsScaler MinMaxScaler Normalizer PowerTransformer
        QuantileTransformer RobustScaler StandardScaler
    """,
    "sklearn.preprocessing._discretization": "KBinsDiscretizer",
    "sklearn.preprocessing._encoders": "OneHotEncoder OrdinalEncoder",
    "sklearn.preprocessing._function_transformer": "FunctionTransformer",
    "sklearn.preprocessing._label": "LabelBinarizer LabelEncoder MultiLabelBinarizer",
    "sklearn.preprocessing._polynomial": "PolynomialFeatures SplineTransformer",
    "sklearn.preprocessing._target_encoder": "TargetEncoder",
    "sklearn.random_projection": "GaussianRandomProjection SparseRandomProjection",
}

# Clusters, components, embeddings.
_FINDING_FORM = {
    "sklearn.cluster._affinity_propagation": "AffinityPropagation",
    "sklearn.cluster._agglomerative": "AgglomerativeClustering FeatureAgglomeration",
    "sklearn.cluster._bicluster": "SpectralBiclustering SpectralCoclustering",
    "sklearn.cluster._birch": "Birch _CFNode _CFSubcluster",
    "sklearn.cluster._bisect_k_means": "BisectingKMeans _BisectingTree",
    "sklearn.cluster._dbscan": "DBSCAN",
    "sklearn.cluster._hdbscan.hdbscan": "HDBSCAN",
    "sklearn.cluster._kmeans": "KMeans MiniBatchKMeans",
    "sklearn.cluster._mean_shift": "MeanShift",
    "sklearn.cluster._optics": "OPTICS",
    "sklearn.cluster._spectral": "SpectralClustering",
    "sklearn.decomposition._dict_learning": """
        DictionaryLearning MiniBatchDictionaryLearning SparseCoder
    """,
    "sklearn.decomposition._factor_analysis": "FactorAnalysis",
    "sklearn.decomposition._fastica": "FastICA",
    "sklearn.decomposition._incremental_pca": "IncrementalPCA",
    "sklearn.decomposition._kernel_pca": "KernelPCA",
    "sklearn.decomposition._lda": "LatentDirichletAllocation",
    "sklearn.decomposition._nmf": "MiniBatchNMF NMF",
    "sklearn.decomposition._pca": "PCA",
    "sklearn.decomposition._sparse_pca": "MiniBatchSparsePCA SparsePCA",
    "sklearn.decomposition._truncated_svd": "TruncatedSVD",
    "sklearn.manifold._classical_mds": "ClassicalMDS",
    "sklearn.manifold._isomap": "Isomap",
    "sklearn.manifold._locally_linear": "LocallyLinearEmbedding",
    "sklearn.manifold._mds": "MDS",
    "sklearn.manifold._spectral_embedding": "SpectralEmbedding",
    "sklearn.manifold._t_sne": "TSNE",
}

# What holds other estimators, and how they were searched for, split and scored. The scorer of a
# tuned threshold stood with its estimator in scikit-learn 1.5.
_COMPOSING = {
    "sklearn.calibration": """
        CalibratedClassifierCV _CalibratedClassifier _SigmoidCalibration
        _TemperatureScaling
    """,
    "sklearn.dummy": "DummyClassifier DummyRegressor",
    "sklearn.frozen._frozen": "FrozenEstimator",
    "sklearn.metrics._scorer": "_CurveScorer _MultimetricScorer _PassthroughScorer _Scorer",
    "sklearn.model_selection._classification_threshold": """
        FixedThresholdClassifier TunedThresholdClassifierCV _CurveScorer
    """,
    "sklearn.model_selection._search": "GridSearchCV RandomizedSearchCV",
    "sklearn.model_selection._search_successive_halving": """
        HalvingGridSearchCV HalvingRandomSearchCV
    """,
    "sklearn.model_selection._split": """
        GroupKFold GroupShuffleSplit KFold LeaveOneGroupOut LeaveOneOut LeavePGroupsOut
        LeavePOut PredefinedSplit RepeatedKFold RepeatedStratifiedKFold ShuffleSplit
        StratifiedGroupKFold StratifiedKFold StratifiedShuffleSplit TimeSeriesSplit
    """,
    "sklearn.multiclass": """
        OneVsOneClassifier OneVsRestClassifier OutputCodeClassifier _ConstantPredictor
    """,
    "sklearn.multioutput": """
        ClassifierChain MultiOutputClassifier MultiOutputRegressor RegressorChain
    """,
    "sklearn.pipeline": "FeatureUnion Pipeline",
    "sklearn.utils._bunch": "Bunch",
    "sklearn.utils._metadata_requests": """
        MetadataRequest MetadataRouter MethodMapping MethodMetadataRequest
    """,
}

# Functions that score columns or answers, or are a step of an algorithm
# (`_kmeans_single_…` are one of k-means, which BisectingKMeans keeps); they read arrays
# and touch nothing else.
KEPT_SKLEARN = {
    "sklearn.cluster._kmeans": "_kmeans_single_elkan _kmeans_single_lloyd",
    "sklearn.feature_selection._mutual_info": "mutual_info_classif mutual_info_regression",
    "sklearn.feature_selection._univariate_selection": "chi2 f_classif f_regression r_regression",
    "sklearn.metrics._classification": """
        accuracy_score balanced_accuracy_score brier_score_loss cohen_kappa_score d2_brier_score
        d2_log_loss_score f1_score fbeta_score hamming_loss hinge_loss jaccard_score log_loss
        matthews_corrcoef precision_score recall_score zero_one_loss
    """,
    "sklearn.metrics._ranking": """
        average_precision_score coverage_error dcg_score label_ranking_average_precision_score
        label_ranking_loss ndcg_score roc_auc_score top_k_accuracy_score
    """,
    "sklearn.metrics._regression": """
        d2_absolute_error_score d2_pinball_score d2_tweedie_score explained_variance_score
        max_error mean_absolute_error mean_absolute_percentage_error mean_gamma_deviance
        mean_pinball_loss mean_poisson_deviance mean_squared_error mean_squared_log_error
        mean_tweedie_deviance median_absolute_error r2_score root_mean_squared_error
        root_mean_squared_log_error
    """,
    "sklearn.metrics._scorer": "negative_likelihood_ratio positive_likelihood_ratio",
    "sklearn.metrics.cluster._supervised": """
        adjusted_mutual_info_score adjusted_rand_score completeness_score fowlkes_mallows_score
        homogeneity_score mutual_info_score normalized_mutual_info_score rand_score
        v_measure_score
    """,
    "sklearn.metrics.cluster._unsupervised": """
        calinski_harabasz_score davies_bouldin_score silhouette_score
    """,
    "sklearn.utils.validation": "check_array",
}

SKLEARN: tuple[tuple[str, dict[str, str]], ...] = (
    ("a loss of a model", _LOSSES),
    ("a linear model", _LINEAR),
    ("a tree or an ensemble", _TREES),
    ("an estimator", _NEIGHBOURS),
    ("a step of preprocessing", _PREPARING),
    ("a way to cluster or to reduce", _FINDING_FORM),
    ("what composes, searches or scores estimators", _COMPOSING),
)
