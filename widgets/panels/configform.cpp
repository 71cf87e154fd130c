#include "widgets/panels/configform.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/elidededit.h"
#include "widgets/panels/linesedit.h"
#include "widgets/panels/settingscard.h"
#include "widgets/plots/labelrole.h"
#include "widgets/plots/placeaction.h"

#include <nlohmann/json.hpp>

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kColumnWidth = 310, kWidestColumn = 440, kMostColumns = 4, kMarkWidth = 12;

QString rangeOf(const FieldInfo& info)
{
    if (!info.choices.empty()) {
        QStringList choices;
        for (const std::string& choice : info.choices)
            choices << QString::fromStdString(choice);
        return tr("one of ") + choices.join(QStringLiteral(", "));
    }
    if (!std::isfinite(info.low) || !std::isfinite(info.high) || info.low >= info.high)
        return {};
    return tr("%1 to %2").arg(info.low, 0, 'g', 7).arg(info.high, 0, 'g', 7)
        + (info.unit.empty() ? QString() : QLatin1Char(' ') + translated(info.unit));
}

} // namespace

ConfigForm::ConfigForm(QWidget* parent)
    : QWidget(parent)
    , m_scroll(new QScrollArea(this))
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    m_scroll->setObjectName(QStringLiteral("configScroll"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_page = new QWidget(m_scroll);
    m_columnsLayout = new QHBoxLayout(m_page);
    m_columnsLayout->setContentsMargins(0, 0, 0, 0);
    m_columnsLayout->setSpacing(10);
    for (int i = 0; i < kMostColumns; ++i) {
        m_columns.push_back(new QVBoxLayout);
        m_columns.back()->setSpacing(2);
        m_columnsLayout->addLayout(m_columns.back());
    }
    m_columnsLayout->addStretch(1);
    for (const Field& field : fields(m_config)) {
        const QString group = translated(groupTitle(field.info.group));
        if (m_groups.empty() || m_groups.back()->title() != group) {
            m_groups.push_back(new SettingsCard(group, m_page));
            m_groups.back()->setMaximumWidth(kWidestColumn);
            auto* grid = new QGridLayout(m_groups.back());
            grid->setContentsMargins(6, 2, 2, 2);
            grid->setHorizontalSpacing(6);
            grid->setVerticalSpacing(1);
            grid->setColumnMinimumWidth(0, 118);
            grid->setColumnStretch(1, 1);
        }
        m_rows.push_back(makeRow(field, m_groups.back()));
    }
    m_scroll->setWidget(m_page);
    outer->addWidget(m_scroll);
    showValues();
    filter();
}

ConfigForm::Row ConfigForm::makeRow(const Field& field, SettingsCard* box)
{
    Row row;
    row.path = QString::fromStdString(field.info.path());
    row.label = translated(field.info.label);
    row.help = translated(field.info.help);
    const QString range = rangeOf(field.info), stored = QString::fromStdString(field.toText()),
                  preset = stored.isEmpty() ? tr("none") : stored;
    row.details = row.help + QStringLiteral("\n\n") + row.path + (range.isEmpty() ? QString() : tr(": ") + range)
        + tr("\nDefault: ") + preset;
    row.info = field.info;
    row.box = box;
    row.editor = makeEditor(row, field);
    row.title = new QLabel(row.label, box);
    row.title->setBuddy(row.editor);
    row.reset = new QToolButton(box);
    row.reset->setObjectName(QStringLiteral("reset.") + row.path);
    row.reset->setAutoRaise(true);
    row.reset->setFixedWidth(22);
    row.reset->setAccessibleName(tr("Reset ") + row.label);
    row.reset->setToolTip(plainToolTip(tr("Back to the default: ") + preset));
    row.mark = new QLabel(box);
    row.mark->setObjectName(QStringLiteral("mark.") + row.path);
    row.mark->setFixedWidth(kMarkWidth);
    row.mark->setAlignment(Qt::AlignCenter);
    for (QWidget* sign : { static_cast<QWidget*>(row.reset), static_cast<QWidget*>(row.mark) })
        sign->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Ignored); // one that comes of another font moves no row
    row.fact = new QLabel(box);
    row.fact->setObjectName(QStringLiteral("fact.") + row.path);
    row.fact->setTextFormat(Qt::PlainText);
    row.fact->setWordWrap(true);
    row.fact->setProperty("role", QStringLiteral("hint"));
    row.fact->hide();
    showMessage(row);
    auto* cell = new QHBoxLayout;
    cell->setSpacing(2);
    cell->addWidget(row.editor, 1);
    auto* grid = static_cast<QGridLayout*>(box->layout());
    const int at = grid->rowCount();
    grid->addWidget(row.title, at, 0);
    if (field.info.listed) // texts are long: they have the card's width, below their name
        grid->addLayout(cell, at + 1, 0, 1, 4);
    else
        grid->addLayout(cell, at, 1);
    grid->addWidget(row.mark, at, 2);
    grid->addWidget(row.reset, at, 3);
    grid->addWidget(row.fact, at + 2, 0, 1, 4); // addChooser() may need the line between
    connect(
        row.reset, &QToolButton::clicked, this, [this, path = row.path, text = QString::fromStdString(field.toText())] {
            m_typeErrors.remove(path);
            if (applySetting(m_config, (path + QLatin1Char('=') + text).toStdString())) {
                showValues();
                Q_EMIT edited(path);
            }
        });
    return row;
}

QWidget* ConfigForm::makeEditor(Row& row, const Field& field)
{
    QWidget* made = nullptr;
    const QString path = row.path;
    if (std::holds_alternative<bool*>(field.value)) {
        auto* box = new QCheckBox(tr("off"), row.box); // a word beside the colour
        connect(box, &QCheckBox::toggled, box, [box](bool on) { box->setText(on ? tr("on") : tr("off")); });
        connect(box, &QCheckBox::toggled, this,
            [this, path](bool on) { typed(path, on ? QStringLiteral("true") : QStringLiteral("false")); });
        made = box;
    } else if (!field.info.choices.empty() && field.info.key != "operators") {
        auto* box = new QComboBox(row.box);
        for (const std::string& choice : field.info.choices)
            box->addItem(QString::fromStdString(choice));
        connect(box, &QComboBox::currentTextChanged, this, [this, path](const QString& text) { typed(path, text); });
        made = box;
    } else if (field.info.listed) {
        auto* edit = new LinesEdit(row.box);
        edit->setPlaceholderText(tr("one a line"));
        connect(edit, &QPlainTextEdit::textChanged, this, [this, path, edit] { typed(path, edit->toPlainText()); });
        made = edit;
    } else {
        auto* edit = new ElidedEdit(row.box); // numbers too: 3e-4 and 0.0003 are both natural to type
        connect(edit, &QLineEdit::textEdited, this, [this, path](const QString& text) { typed(path, text.trimmed()); });
        if (!field.info.unit.empty()) { // stands inside, at the right edge, so that all editors are equally wide
            auto* unit = new QLabel(translated(field.info.unit), edit);
            unit->setProperty("role", QStringLiteral("hint"));
            auto* inside = new QHBoxLayout(edit);
            inside->setContentsMargins(0, 0, 6, 0);
            inside->addWidget(unit, 0, Qt::AlignRight | Qt::AlignVCenter);
            edit->setTextMargins(0, 0, unit->sizeHint().width() + 4, 0);
        }
        made = edit;
    }
    made->setMinimumWidth(60);
    made->setObjectName(path);
    made->setAccessibleName(row.label);
    made->setAccessibleDescription(row.help);
    made->installEventFilter(this);
    return made;
}

bool ConfigForm::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
        for (const Row& row : m_rows)
            if (row.editor == object) {
                if (event->type() == QEvent::FocusOut)
                    Q_EMIT left(row.path);
                else
                    Q_EMIT explained(messageAtFocus().isEmpty() ? tr("%1 (%2): %3").arg(row.label, row.path, row.help)
                                                                : messageAtFocus());
            }
    } else if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        // The form's undo, not that of a single line: an edit elsewhere may be the last one.
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool undo = m_undo ? m_undo->takes(*key) : key->matches(QKeySequence::Undo),
                   redo = m_redo ? m_redo->takes(*key) : key->matches(QKeySequence::Redo);
        if (undo || redo || key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->accept();
            if (event->type() == QEvent::KeyPress && (undo || redo))
                undo ? Q_EMIT undoRequested() : Q_EMIT redoRequested();
            return true;
        }
    } else if (event->type() == QEvent::Wheel && qobject_cast<QComboBox*>(object)
        && !static_cast<QWidget*>(object)->hasFocus()) {
        return event->ignore(), true; // scrolling the form changes nothing in it
    }
    return QWidget::eventFilter(object, event);
}

void ConfigForm::setUndoActions(const PlaceAction* undo, const PlaceAction* redo)
{
    m_undo = undo;
    m_redo = redo;
}

void ConfigForm::setConfig(const RunConfig& config)
{
    m_config = config;
    m_typeErrors.clear();
    for (Row& row : m_rows)
        row.told = row.told && row.editor->hasFocus(); // undo takes no field from under the hands
    showValues();
    filter();
}

void ConfigForm::setField(const QString& path, const QString& text)
{
    typed(path, text);
    showValues();
}

void ConfigForm::showValues()
{
    m_filling = true;
    for (const Field& field : fields(m_config)) {
        const QString path = QString::fromStdString(field.info.path());
        if (m_typeErrors.contains(path))
            continue; // what was typed there stays until it is mended
        QWidget* widget = editor(path);
        const QString text = QString::fromStdString(field.toText());
        if (auto* box = qobject_cast<QCheckBox*>(widget)) {
            box->setChecked(text == QLatin1String("true"));
        } else if (auto* combo = qobject_cast<QComboBox*>(widget)) {
            combo->setCurrentText(text);
        } else if (auto* lines = dynamic_cast<LinesEdit*>(widget)) {
            lines->setValue(text);
        } else if (auto* edit = qobject_cast<QLineEdit*>(widget); edit && edit->text() != text) {
            edit->setText(text);
            edit->setCursorPosition(0);
        }
    }
    m_filling = false;
    check();
}

void ConfigForm::typed(const QString& path, const QString& text)
{
    if (m_filling)
        return;
    if (path == QLatin1String("general.kind")) {
        changeKind(m_config, text.toStdString());
        showValues();
    } else {
        if (Result<void> set = applySetting(m_config, (path + QLatin1Char('=') + text).toStdString()); set)
            m_typeErrors.remove(path);
        else
            m_typeErrors[path] = translated(set.error().sentence());
        check();
    }
    Q_EMIT edited(path);
}

void ConfigForm::check()
{
    QHash<QString, QString> messages = m_typeErrors;
    for (const Problem& problem : problems(m_config))
        if (const QString path = QString::fromStdString(problem.path); !messages.contains(path))
            messages[path] = translated(problem.error.sentence());
    RunConfig defaults = defaultConfig(m_config.general.kind);
    const std::vector<Field> now = fields(m_config), before = fields(defaults);
    bool otherRows = false;
    for (size_t i = 0; i < m_rows.size(); ++i) {
        Row& row = m_rows[i];
        const bool changed = now[i].toText() != before[i].toText() || m_typeErrors.contains(row.path);
        row.title->setText(changed ? QStringLiteral("• ") + row.label : row.label);
        if (QFont font = row.title->font(); font.bold() != changed) {
            font.setBold(changed);
            row.title->setFont(font);
        }
        row.reset->setText(changed ? QStringLiteral("↺") : QString());
        row.reset->setEnabled(changed);
        const QString error = messages.value(row.path);
        const bool says = error != row.error;
        row.error = error;
        row.applies = applies(m_config, row.info) || !row.error.isEmpty(); // what is wrong is never hidden
        row.told = row.told || changed || !row.error.isEmpty();
        otherRows = otherRows || row.shown != isWanted(row);
        if (says)
            showMessage(row);
    }
    m_attention = int(messages.size());
    if (otherRows)
        filter();
}

void ConfigForm::showMessage(Row& row)
{
    const bool wrong = !row.error.isEmpty();
    const QString says = wrong ? row.error : row.advice;
    row.mark->setText(wrong ? QStringLiteral("✗") : row.advice.left(1));
    for (QLabel* label : { row.title, row.mark })
        setRole(label, wrong ? "error" : "");
    const QString tip = plainToolTip(says.isEmpty() ? row.details : says + QStringLiteral("\n\n") + row.details);
    for (QWidget* widget : { row.editor, static_cast<QWidget*>(row.title), static_cast<QWidget*>(row.mark) })
        widget->setToolTip(tip);
    row.editor->setAccessibleDescription(says.isEmpty() ? row.help : says + QLatin1Char(' ') + row.help);
}

void ConfigForm::setAdvice(const std::vector<Advice>& advice)
{
    QHash<QString, QString> texts;
    for (const Advice& piece : advice) {
        QString& text = texts[QString::fromStdString(piece.path)];
        text += (text.isEmpty() ? QString() : QStringLiteral("\n"))
            + (piece.severity == Severity::Warning ? QStringLiteral("△ ") : QStringLiteral("ⓘ "))
            + translated(visibleLine(piece.sentence));
    }
    for (Row& row : m_rows)
        if (const QString text = texts.value(row.path); text != row.advice) {
            row.advice = text;
            showMessage(row);
        }
}

void ConfigForm::setFact(const QString& path, const QString& line)
{
    if (Row* row = rowAt(path)) {
        if (line.isEmpty() && row->fact->text().isEmpty())
            return;
        row->fact->setText(line.isEmpty() ? QStringLiteral(" ") : line); // its line stays while a path is typed
        row->fact->setVisible(row->shown);
    }
}

void ConfigForm::setPicture(const QString& path, QWidget* picture, bool shown)
{
    Row* row = rowAt(path);
    if (!row)
        return;
    if (row->picture != picture) {
        row->picture = picture;
        auto* grid = static_cast<QGridLayout*>(row->box->layout());
        grid->addWidget(picture, grid->rowCount(), 0, 1, grid->columnCount());
        for (const Row& last : m_rows) // Tab reaches it where it stands
            if (last.box == row->box)
                setTabOrder(last.reset, picture);
    }
    row->pictured = shown;
    picture->setVisible(shown && row->shown);
}

void ConfigForm::addChooser(const QString& path, const QString& name, const std::function<void(QToolButton*)>& fill)
{
    Row* row = rowAt(path);
    if (!row || row->chooser)
        return;
    row->chooser = new QToolButton(row->box);
    row->chooser->setObjectName(QStringLiteral("choose.") + path);
    row->chooser->setText(QStringLiteral("…"));
    row->chooser->setAccessibleName(name);
    row->chooser->setToolTip(plainToolTip(name));
    row->chooser->setPopupMode(QToolButton::InstantPopup);
    row->chooser->setProperty("role", QStringLiteral("dots")); // they say enough: the path has the room of an arrow
    row->chooser->setVisible(row->shown);
    auto* grid = static_cast<QGridLayout*>(row->box->layout());
    for (int i = 0; i < grid->count(); ++i)
        if (auto* cell = qobject_cast<QHBoxLayout*>(grid->itemAt(i)->layout());
            cell && cell->indexOf(row->editor) >= 0) { // a path is long: it has the card's width, below its name
            int at = 0, column = 0, rows = 0, columns = 0;
            grid->getItemPosition(i, &at, &column, &rows, &columns);
            cell->addWidget(row->chooser);
            grid->takeAt(i);
            grid->addLayout(cell, at + 1, 0, 1, grid->columnCount());
            break;
        }
    fill(row->chooser);
}

void ConfigForm::reveal(const QString& path)
{
    Row* row = rowAt(path);
    if (!row)
        return;
    if (!row->shown) {
        row->told = true;
        m_wanted.clear();
        filter();
    }
    row->editor->setFocus(Qt::OtherFocusReason);
    // What was shown, and the explanation that the focus brought, change the heights of page and view: not later, when
    // the row would move out of view again.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    QRect whole;
    for (const QWidget* one : { row->editor, static_cast<QWidget*>(row->title), static_cast<QWidget*>(row->mark),
             static_cast<QWidget*>(row->fact), static_cast<QWidget*>(row->reset), static_cast<QWidget*>(row->chooser),
             row->picture })
        if (one && !one->isHidden())
            whole |= QRect(one->mapTo(m_page, QPoint()), one->size());
    for (const int y : { whole.bottom(), whole.top() }) // where there is no room for all, its top counts
        m_scroll->ensureVisible(whole.left(), y, 20, 40);
}

void ConfigForm::setFilter(const QString& text, bool advanced)
{
    m_wanted = text.trimmed().toLower();
    m_advanced = advanced;
    filter();
}

bool ConfigForm::isWanted(const Row& row) const
{
    if (!row.applies)
        return false;
    if (m_wanted.isEmpty())
        return !row.info.advanced || m_advanced || row.told;
    const QString group = row.box->title().toLower(); // who types its name wants all of it
    return group.startsWith(m_wanted) || group.contains(QLatin1Char(' ') + m_wanted)
        || (row.path + row.label + row.help).toLower().contains(m_wanted);
}

void ConfigForm::filter()
{
    QHash<SettingsCard*, int> more;
    for (Row& row : m_rows) {
        row.shown = isWanted(row);
        more[row.box] += row.applies && !row.shown && m_wanted.isEmpty();
        for (QWidget* one : { row.editor, static_cast<QWidget*>(row.title), static_cast<QWidget*>(row.mark),
                 static_cast<QWidget*>(row.reset) })
            one->setVisible(row.shown);
        if (row.chooser)
            row.chooser->setVisible(row.shown);
        if (row.picture)
            row.picture->setVisible(row.shown && row.pictured);
        row.fact->setVisible(row.shown && !row.fact->text().isEmpty());
    }
    for (SettingsCard* card : m_groups)
        card->setMore(more[card]);
    // A field that is being typed into keeps its column.
    const QWidget* typing = m_page->focusWidget();
    m_columnCount = typing && typing->hasFocus()
            && (qobject_cast<const QLineEdit*>(typing) || qobject_cast<const QPlainTextEdit*>(typing))
        ? m_columnCount
        : 0;
    arrange();
}

void ConfigForm::arrange()
{
    const int columns = std::clamp(width() / kColumnWidth, 1, kMostColumns);
    std::vector<int> heights; // in rows; a title and a frame are worth one and a half
    int total = 0;
    for (SettingsCard* box : m_groups) {
        const int rows = int(
            std::count_if(m_rows.begin(), m_rows.end(), [box](const Row& row) { return row.box == box && row.shown; }));
        box->setVisible(rows > 0);
        heights.push_back(rows > 0 ? 2 * rows + 3 : 0);
        total += heights.back();
    }
    if (columns == m_columnCount)
        return;
    m_columnCount = columns;
    for (QVBoxLayout* column : m_columns)
        while (QLayoutItem* item = column->takeAt(0))
            delete item;
    // In order down the columns, at the smallest height that fits into them all.
    const auto place = [&](int limit, bool really) {
        int column = 0, filled = 0;
        for (size_t i = 0; i < m_groups.size(); ++i) {
            if (filled > 0 && filled + heights[i] > limit) {
                filled = 0;
                ++column;
            }
            filled += heights[i];
            if (really)
                m_columns[size_t(column)]->addWidget(m_groups[i]);
        }
        return column < columns;
    };
    int limit = *std::max_element(heights.begin(), heights.end());
    while (limit < total && !place(limit, false))
        ++limit;
    place(limit, true);
    for (size_t i = 0; i < m_columns.size(); ++i) {
        m_columns[i]->addStretch(1);
        m_columnsLayout->setStretch(int(i), int(i) < columns ? 100 : 0);
    }
}

void ConfigForm::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

const ConfigForm::Row* ConfigForm::rowAt(const QString& path) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) { return row.path == path; });
    return found == m_rows.end() ? nullptr : &*found;
}

ConfigForm::Row* ConfigForm::rowAt(const QString& path)
{
    return const_cast<Row*>(static_cast<const ConfigForm*>(this)->rowAt(path));
}

QWidget* ConfigForm::editor(const QString& path) const { return rowAt(path) ? rowAt(path)->editor : nullptr; }
QToolButton* ConfigForm::resetButton(const QString& path) const { return rowAt(path) ? rowAt(path)->reset : nullptr; }
QString ConfigForm::messageAt(const QString& path) const { return rowAt(path) ? rowAt(path)->error : QString(); }
QString ConfigForm::adviceAt(const QString& path) const { return rowAt(path) ? rowAt(path)->advice : QString(); }

QString ConfigForm::messageAtFocus() const
{
    const auto at = std::find_if(m_rows.begin(), m_rows.end(), [](const Row& row) { return row.editor->hasFocus(); });
    if (at == m_rows.end())
        return {};
    const QString says = at->error.isEmpty() ? at->advice : QStringLiteral("✗ ") + at->error;
    return says.isEmpty() ? QString() : at->label + tr(": ") + says;
}

} // namespace aha
