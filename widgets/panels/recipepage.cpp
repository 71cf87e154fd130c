#include "widgets/panels/recipepage.h"

#include "core/base/files.h"
#include "core/config/batch_arithmetic.h"
#include "core/recipes/recipe_text.h"
#include "core/run/runlauncher.h"
#include "widgets/language/translation.h"
#include "widgets/models/recipegallery.h"
#include "widgets/models/visibletext.h"
#include "widgets/plots/emptyhint.h"

#include <QFileDialog>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QStyledItemDelegate>
#include <QTabWidget>
#include <QTimer>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace aha {

namespace {

/// A title, and the algorithm in a quieter colour at the right; headings stand alone.
class RecipeDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const bool heading = index.data(RecipeGallery::HeadingRole).toBool();
        return { 100, option.fontMetrics.height() + (heading ? 16 : 10) };
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const bool heading = index.data(RecipeGallery::HeadingRole).toBool();
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        if (selected)
            painter->fillRect(option.rect, option.palette.highlight());
        QRect area = option.rect.adjusted(heading ? 6 : 16, heading ? 6 : 0, -8, 0);
        QFont font = option.font;
        font.setBold(heading);
        painter->setFont(font);
        painter->setPen(option.palette.color(selected ? QPalette::HighlightedText
                : heading                             ? QPalette::PlaceholderText
                                                      : QPalette::Text));
        const QString detail = index.data(RecipeGallery::DetailRole).toString();
        const int room = detail.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(detail) + 12;
        const QString title = index.data(Qt::DisplayRole).toString();
        const QRect left = area.adjusted(0, 0, -std::min(room, area.width() / 2), 0);
        painter->drawText(left, Qt::AlignLeft | Qt::AlignVCenter,
            painter->fontMetrics().elidedText(title, Qt::ElideRight, left.width()));
        if (!detail.isEmpty()) {
            if (!selected)
                painter->setPen(option.palette.color(QPalette::PlaceholderText));
            area.setLeft(left.right() + 6);
            painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter,
                painter->fontMetrics().elidedText(detail, Qt::ElideRight, area.width()));
        }
        if (option.state.testFlag(QStyle::State_HasFocus)) {
            painter->setPen(option.palette.color(QPalette::Highlight));
            painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
        }
        painter->restore();
    }
};

QLabel* text(QWidget* parent, const char* name, const char* role)
{
    auto* made = new QLabel(parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setTextFormat(Qt::PlainText);
    made->setWordWrap(true);
    made->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (*role)
        made->setProperty("role", QString::fromLatin1(role));
    return made;
}

QPushButton* button(const QString& label, const char* name, QWidget* parent)
{
    auto* made = new QPushButton(label, parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setAccessibleName(label);
    return made;
}

} // namespace

RecipePage::RecipePage(QWidget* parent)
    : QWidget(parent)
    , m_gallery(new RecipeGallery(this))
    , m_tabs(new QTabWidget(this))
{
    m_tabs->setObjectName(QStringLiteral("recipeTabs"));
    m_tabs->setAccessibleName(tr("Recipes and imports"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(galleryPage(), tr("Recipes"));
    m_tabs->addTab(importPage(), tr("Import from TRL, open-r1, verl, OpenRLHF"));
    QPushButton* back = button(tr("Back to the form"), "recipesBack", this);
    m_tabs->setCornerWidget(back);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    connect(back, &QPushButton::clicked, this, &RecipePage::closed);
}

QWidget* RecipePage::galleryPage()
{
    auto* page = new QWidget(m_tabs);
    m_filter = new QLineEdit(page);
    m_filter->setObjectName(QStringLiteral("recipeFilter"));
    m_filter->setAccessibleName(tr("Find a recipe"));
    m_filter->setPlaceholderText(tr("Find a recipe"));
    m_filter->setClearButtonEnabled(true);
    m_list = new QListView(page);
    m_list->setObjectName(QStringLiteral("recipeList"));
    m_list->setAccessibleName(tr("Recipes"));
    m_list->setModel(m_gallery);
    m_list->setItemDelegate(new RecipeDelegate(m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_title = text(page, "recipeTitle", "title");
    m_sentence = text(page, "recipeSentence", "");
    m_source = text(page, "recipeSource", "hint");
    m_facts = text(page, "recipeFacts", "");
    m_needs = text(page, "recipeNeeds", "advice");
    m_start = button(tr("Load into the form"), "recipeStart", page);
    m_start->setDefault(true);
    m_compare = button(tr("Compare with the form"), "recipeCompare", page);
    auto* side = new QVBoxLayout;
    side->setSpacing(10);
    for (QLabel* label : { m_title, m_sentence, m_source, m_facts, m_needs })
        side->addWidget(label);
    side->addStretch(1);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_compare);
    buttons->addWidget(m_start);
    side->addLayout(buttons);
    auto* left = new QVBoxLayout;
    left->setSpacing(6);
    left->addWidget(m_filter);
    left->addWidget(m_list, 1);
    auto* layout = new QHBoxLayout(page);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(20);
    layout->addLayout(left, 5);
    layout->addLayout(side, 6);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& words) {
        const Recipe* shown = m_gallery->recipeAt(m_list->currentIndex());
        const QString file = shown ? shown->file : QString();
        m_gallery->setFilter(words);
        select(file);
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
        [this](const QModelIndex& index) { showRecipe(m_gallery->recipeAt(index)); });
    const auto choose = [this] {
        if (const Recipe* recipe = m_gallery->recipeAt(m_list->currentIndex()); recipe && recipe->problem.isEmpty())
            Q_EMIT chosen(recipe->config, recipe->file, recipe->title);
    };
    connect(m_list, &QListView::activated, this, choose);
    connect(m_start, &QPushButton::clicked, this, choose);
    connect(m_compare, &QPushButton::clicked, this, [this] {
        if (const Recipe* recipe = m_gallery->recipeAt(m_list->currentIndex()))
            Q_EMIT compareRequested(recipe->config, recipe->title);
    });
    showRecipe(nullptr);
    return page;
}

QWidget* RecipePage::importPage()
{
    auto* page = new QWidget(m_tabs);
    m_text = new QPlainTextEdit(page);
    m_text->setObjectName(QStringLiteral("recipeText"));
    m_text->setAccessibleName(tr("Recipe of another framework"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setPlaceholderText(tr("Paste a recipe here, or open one:\n\n"
                                  "YAML or JSON of TRL and open-r1\nlearning_rate: 1.0e-6\nnum_generations: 8\n\n"
                                  "Python with GRPOConfig(…)\n\n"
                                  "a command line of verl or OpenRLHF\nactor_rollout_ref.rollout.n=8 \\\n\n"
                                  "Nothing of it is run."));
    QPushButton* open = button(tr("Open a file…"), "recipeOpen", page);
    m_importSays = text(page, "importSays", "");
    m_importError = text(page, "importError", "error");
    m_account = new QTreeWidget(page);
    m_account->setObjectName(QStringLiteral("importAccount"));
    m_account->setAccessibleName(tr("What became of each setting"));
    m_account->setHeaderLabels({ tr("Line no."), tr("Theirs"), tr("Ours, or why not") });
    m_account->setRootIsDecorated(false);
    m_account->setUniformRowHeights(true);
    m_account->header()->setStretchLastSection(true);
    new EmptyHint(m_account, "importEmpty", tr("What becomes of each setting is listed here."));
    m_all = button(tr("All settings"), "importAll", page);
    m_all->setCheckable(true);
    m_all->setToolTip(plainToolTip(tr("Also what was taken as it stands, and what changes no result")));
    m_take = button(tr("Load into the form"), "importTake", page);
    QPushButton* compare = button(tr("Compare with the form"), "importCompare", page);
    auto* left = new QVBoxLayout;
    left->addWidget(m_text, 1);
    m_rows = new QSpinBox(page);
    m_rows->setObjectName(QStringLiteral("importRows"));
    m_rows->setAccessibleName(tr("Number of rows of the data set"));
    m_rows->setToolTip(plainToolTip(tr("What epochs are turned into steps with")));
    m_rows->setRange(0, 1'000'000'000);
    m_rows->setSpecialValueText(tr("not said"));
    m_rows->setKeyboardTracking(false);
    auto* rowsLabel = new QLabel(m_rows->accessibleName(), page);
    rowsLabel->setBuddy(m_rows);
    auto* given = new QHBoxLayout;
    given->addWidget(open);
    given->addStretch(1);
    given->addWidget(rowsLabel);
    given->addWidget(m_rows);
    left->addLayout(given);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_all);
    buttons->addStretch(1);
    buttons->addWidget(compare);
    buttons->addWidget(m_take);
    auto* right = new QVBoxLayout;
    right->addWidget(m_importSays);
    right->addWidget(m_importError);
    right->addWidget(m_account, 1);
    m_line = text(page, "importLine", "");
    m_line->setMinimumHeight(m_line->fontMetrics().lineSpacing() * 3);
    m_line->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    right->addWidget(m_line);
    right->addLayout(buttons);
    auto* layout = new QHBoxLayout(page);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(16);
    layout->addLayout(left, 4);
    layout->addLayout(right, 6);
    connect(m_text, &QPlainTextEdit::textChanged, this, &RecipePage::showImport);
    connect(m_rows, &QSpinBox::valueChanged, this, &RecipePage::showImport);
    connect(m_account, &QTreeWidget::currentItemChanged, m_line, [line = m_line](const QTreeWidgetItem* item) {
        line->setText(item ? item->text(1) + QStringLiteral("\n") + item->text(2) : QString());
    });
    connect(m_all, &QPushButton::toggled, this, &RecipePage::listAccount);
    connect(open, &QPushButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("Open a recipe"), QString(),
            QStringLiteral("Recipes (*.yaml *.yml *.json *.py *.sh *.txt);;All files (*)"));
        if (file.isEmpty())
            return;
        const Result<std::string> read = readFile(file.toStdString(), kMaxRecipeBytes);
        if (read)
            importText(QString::fromStdString(*read));
        else
            m_importError->setText(translated(read.error().sentence()));
        m_importError->setVisible(!read);
    });
    connect(m_take, &QPushButton::clicked, this, [this] {
        if (m_imported)
            Q_EMIT chosen(m_imported->config, {}, tr("a recipe of ") + QString::fromStdString(m_imported->framework));
    });
    connect(compare, &QPushButton::clicked, this, [this] {
        if (m_imported)
            Q_EMIT compareRequested(m_imported->config, tr("the imported recipe"));
    });
    showImport();
    return page;
}

void RecipePage::load()
{
    if (m_loaded)
        return;
    m_loaded = true;
    m_gallery->setRecipes(readRecipes(resourceRootFolder()));
}

void RecipePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    load();
    if (!m_gallery->recipeAt(m_list->currentIndex()))
        select({});
    m_list->setFocus();
}

void RecipePage::select(const QString& file)
{
    load();
    QModelIndex index = m_gallery->indexOf(file);
    for (int i = 0; !index.isValid() && i < m_gallery->rowCount(); ++i)
        if (m_gallery->recipeAt(m_gallery->index(i)))
            index = m_gallery->index(i);
    m_list->setCurrentIndex(index);
    showRecipe(m_gallery->recipeAt(index));
}

void RecipePage::showRecipe(const Recipe* recipe)
{
    m_start->setEnabled(recipe && recipe->problem.isEmpty());
    m_compare->setEnabled(m_start->isEnabled());
    m_title->setText(recipe ? translated(recipe->title) : tr("No recipe has these words"));
    m_sentence->setText(recipe ? translated(recipe->sentence) : tr("Search for others, or import one."));
    m_source->setText(recipe ? tr("Source: ") + recipe->source : QString());
    QString facts;
    if (recipe && recipe->problem.isEmpty()) {
        RunConfig config = recipe->config, defaults = defaultConfig(config.general.kind);
        const std::vector<Field> now = fields(config), usual = fields(defaults);
        QStringList lines;
        for (size_t i = 0; i < now.size(); ++i)
            if (now[i].toText() != usual[i].toText() && now[i].info.group != "general" && now[i].info.group != "eval"
                && now[i].info.group != "checkpoint" && applies(config, now[i].info))
                lines << QStringLiteral("%1: %2").arg(
                    translated(now[i].info.label), visibleLine(now[i].toText()).left(80));
        facts = translated(batchWords(config, 0));
        if (!lines.isEmpty())
            facts += tr("\n\nOther than the defaults of ") + QString::fromStdString(config.general.kind)
                + QStringLiteral(":\n") + lines.mid(0, 14).join(QLatin1Char('\n'))
                + (lines.size() > 14 ? tr("\nand %1 more").arg(lines.size() - 14) : QString());
    }
    m_facts->setText(facts);
    m_needs->setText(!recipe             ? QString()
            : !recipe->problem.isEmpty() ? tr("It cannot be read: ") + recipe->problem
            : recipe->needs.isEmpty()    ? QString()
                                         : tr("To fill in: ") + recipe->needs);
    m_needs->setVisible(!m_needs->text().isEmpty());
}

void RecipePage::importText(const QString& text)
{
    m_tabs->setCurrentIndex(1);
    m_text->setPlainText(text);
}

void RecipePage::showImport()
{
    const std::string given = m_text->toPlainText().toStdString();
    m_imported.reset();
    QString error;
    if (given.find_first_not_of(" \t\r\n") != std::string::npos) {
        ImportOptions options;
        options.rows = m_rows->value();
        const Result<ImportedRecipe> recipe = importRecipe(given, options);
        if (recipe)
            m_imported = *recipe;
        else
            error = translated(visibleText(recipe.error().sentence()));
    }
    m_importError->setText(error);
    m_importError->setVisible(!error.isEmpty());
    for (QPushButton* one : { m_take, m_all, findChild<QPushButton*>(QStringLiteral("importCompare")) })
        if (one)
            one->setEnabled(m_imported.has_value());
    listAccount();
}

void RecipePage::listAccount()
{
    m_account->clear();
    if (!m_imported) {
        m_line->clear();
        m_importSays->setText(m_importError->text().isEmpty() ? QString() : tr("The recipe cannot be read."));
        return;
    }
    int without = 0, fix = 0, taken = 0;
    QList<QTreeWidgetItem*> items;
    // What a person must look at first: what to fix, what has no counterpart, what changed its form.
    const auto rank = [](RecipeTreatment treatment) {
        switch (treatment) {
        case RecipeTreatment::ToFix:
            return 0;
        case RecipeTreatment::NoCounterpart:
            return 1;
        case RecipeTreatment::Changed:
            return 2;
        case RecipeTreatment::Default:
            return 3;
        case RecipeTreatment::Taken:
            return 4;
        case RecipeTreatment::Ignored:
            return 5;
        }
        return 5;
    };
    std::vector<RecipeLine> lines = m_imported->lines;
    std::stable_sort(lines.begin(), lines.end(),
        [&](const RecipeLine& a, const RecipeLine& b) { return rank(a.treatment) < rank(b.treatment); });
    for (const RecipeLine& line : lines) {
        without += line.treatment == RecipeTreatment::NoCounterpart;
        fix += line.treatment == RecipeTreatment::ToFix;
        taken += line.treatment == RecipeTreatment::Taken || line.treatment == RecipeTreatment::Changed;
        if (rank(line.treatment) > 3 && !m_all->isChecked())
            continue;
        QString became = line.field.empty()
            ? QString()
            : visibleLine(line.field + (line.fieldValue.empty() ? "" : " = " + line.fieldValue));
        if (!line.note.empty())
            became += (became.isEmpty() ? QString() : QStringLiteral("  (")) + translated(visibleLine(line.note))
                + (became.isEmpty() ? QString() : QStringLiteral(")"));
        const char* sign = line.treatment == RecipeTreatment::ToFix ? "✗ "
            : line.treatment == RecipeTreatment::NoCounterpart      ? "– "
            : line.treatment == RecipeTreatment::Changed            ? "≈ "
            : line.treatment == RecipeTreatment::Taken              ? "= "
                                                                    : "· ";
        auto* item = new QTreeWidgetItem({ line.line > 0 ? QString::number(line.line) : QString(),
            visibleLine(line.key + (line.value.empty() ? "" : ": " + line.value)), QString::fromUtf8(sign) + became });
        item->setToolTip(1, plainToolTip(item->text(1)));
        item->setToolTip(2, plainToolTip(translated(treatmentName(line.treatment)) + tr(": ") + became));
        items << item;
    }
    m_account->addTopLevelItems(items);
    m_account->setCurrentItem(items.value(0));
    m_account->resizeColumnToContents(0);
    m_account->setColumnWidth(1, std::min(230, std::max(140, m_account->width() * 2 / 5)));
    m_importSays->setText(
        (taken == 1 ? tr("From %1: a run of kind %2. %3 setting was taken, %4 without counterpart (–)%5.")
                    : tr("From %1: a run of kind %2. %3 settings were taken, %4 without counterpart (–)%5."))
            .arg(QString::fromStdString(m_imported->framework), QString::fromStdString(m_imported->config.general.kind))
            .arg(taken)
            .arg(without)
            .arg(fix == 0 ? QString()
                    : problems(m_imported->config).empty() // what the form itself goes by
                    ? tr(", %1 to decide (✗): until then the form's own values count, and it can start").arg(fix)
                    : tr(", %1 to fix before it can start (✗)").arg(fix)));
}

} // namespace aha
