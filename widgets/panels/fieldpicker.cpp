#include "widgets/panels/fieldpicker.h"

#include "core/config/run_config.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLineEdit>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace aha {

namespace {

enum FieldRole { NameRole = Qt::UserRole, EnglishRole, SearchRole };

constexpr int kFieldsWidth = 430; ///< a path and its name

/// Looks in all names of a field, and puts its path.
class FieldCompleter : public QCompleter {
public:
    explicit FieldCompleter(QAbstractItemModel* model, QObject* parent)
        : QCompleter(model, parent)
    {
        setCompletionRole(SearchRole);
        setFilterMode(Qt::MatchContains);
        setCaseSensitivity(Qt::CaseInsensitive);
        setCompletionMode(QCompleter::PopupCompletion);
    }
    QString pathFromIndex(const QModelIndex& index) const override { return index.data(Qt::DisplayRole).toString(); }
};

/// "general.kind · Algorithm"; the item's text is the path alone, which is what is put into the line.
class FieldDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->showDecorationSelected = true;
        option->text += QStringLiteral("  ·  ") + index.data(NameRole).toString();
    }
};

} // namespace

FieldPicker::FieldPicker(QWidget* parent)
    : QComboBox(parent)
{
    setEditable(true);
    setInsertPolicy(QComboBox::NoInsert);
    setCompleter(new FieldCompleter(model(), this));
    setItemDelegate(new FieldDelegate(this));
    completer()->popup()->setItemDelegate(new FieldDelegate(completer()->popup()));
    for (QAbstractItemView* list : { view(), completer()->popup() })
        list->setMinimumWidth(kFieldsWidth);
}

void FieldPicker::setFields(const RunConfig& config, const std::function<QString(const FieldInfo&)>& refusal)
{
    const QString before = currentText();
    clear();
    auto* items = qobject_cast<QStandardItemModel*>(model());
    RunConfig table = config;
    for (const Field& field : fields(table)) {
        const FieldInfo& info = field.info;
        const QString path = QString::fromStdString(info.path()), label = QString::fromStdString(info.label),
                      group = QString::fromStdString(groupTitle(info.group)), name = translated(label);
        addItem(path);
        setItemData(count() - 1, name, NameRole);
        setItemData(count() - 1, label, EnglishRole);
        setItemData(count() - 1, QStringList { path, name, label, translated(group), group }.join(QLatin1Char('\n')),
            SearchRole);
        const std::string value = field.toText();
        QString spoken = tr("%1, %2, %3, now %4")
                             .arg(name, translated(group), path, value.empty() ? tr("none") : visibleLine(value));
        if (const QString why = refusal(info); !why.isEmpty()) {
            spoken += tr(". ") + why;
            setItemData(count() - 1, plainToolTip(why), Qt::ToolTipRole);
            if (items)
                items->item(count() - 1)->setEnabled(false);
        }
        setItemData(count() - 1, spoken, Qt::AccessibleTextRole);
    }
    setCurrentIndex(findText(before));
    if (currentIndex() < 0)
        setEditText(before); // a name, or half typed
}

QStringList FieldPicker::namesakes() const
{
    const QString wanted = currentText().trimmed();
    QStringList paths;
    for (int i = 0; i < count() && !wanted.isEmpty(); ++i)
        for (const FieldRole role : { NameRole, EnglishRole })
            if (itemData(i, role).toString().compare(wanted, Qt::CaseInsensitive) == 0) {
                paths << itemText(i);
                break;
            }
    return paths;
}

QString FieldPicker::path() const
{
    const QString text = currentText().trimmed();
    if (findText(text, Qt::MatchExactly | Qt::MatchCaseSensitive) >= 0)
        return text;
    const QStringList all = namesakes();
    QStringList possible;
    for (const QString& one : all)
        if (model()->flags(model()->index(findText(one), modelColumn())) & Qt::ItemIsEnabled)
            possible << one;
    return possible.size() == 1 ? possible.first() : possible.isEmpty() && all.size() == 1 ? all.first() : text;
}

} // namespace aha
